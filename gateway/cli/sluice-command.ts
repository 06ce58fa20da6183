import { Command, type Option } from 'commander';
import { nearest } from '../../config/check/nearest.js';
import type { Cli } from './cli.js';
import { Failure } from './failure.js';
import { textWidth, wrapText } from './text-width.js';

/** The commands a command stands below, outermost first, and itself. */
const lineage = (command: Command): Command[] => [...(command.parent ? lineage(command.parent) : []), command];

/**
 * commander with our own words: what it says about faults of the command line, and the titles of its help, come from the
 * catalogue. The methods without `override` are commander's own hooks, which its types do not name (14.0.3).
 */
export class SluiceCommand extends Command {
  readonly #cli: Cli;

  constructor(cli: Cli, name: string) {
    super(name);
    this.#cli = cli;
    const titles: Readonly<Record<string, string>> = {
      'Usage:': cli.m.help.usage(),
      'Arguments:': cli.m.help.arguments(),
      'Options:': cli.m.help.options(),
      'Global Options:': cli.m.help.globalOptions(),
      'Commands:': cli.m.help.commands(),
    };
    this.exitOverride()
      .helpCommand(false)
      .helpOption('-h, --help', cli.m.help.helpOption())
      .configureOutput({ getOutHelpWidth: () => cli.columns, getErrHelpWidth: () => cli.columns })
      .configureHelp({
        showGlobalOptions: true,
        minWidthToWrap: 20,
        subcommandTerm: (command) =>
          [command.name(), ...command.registeredArguments.map((one) => `<${one.name()}>`)].join(' '),
        styleTitle: (title) => titles[title] ?? title,
        displayWidth: textWidth,
        boxWrap: (text, width) => wrapText(text, width),
        optionDescription: (option) => option.description,
      });
  }

  override createCommand(name?: string): Command {
    return new SluiceCommand(this.#cli, name ?? '');
  }

  /** Lines of example calls, shown below the help. */
  examples(...lines: readonly string[]): this {
    const { m } = this.#cli;
    this.addHelpText('after', `\n${m.help.examples()}\n${lines.map((line) => `  ${line}`).join('\n')}`);
    return this;
  }

  missingArgument(name: string): never {
    throw this.#fault(this.#cli.m.usage.missingArgument({ name }));
  }

  optionMissingArgument(option: Option): never {
    throw this.#fault(this.#cli.m.usage.missingValue({ option: option.flags }));
  }

  missingMandatoryOptionValue(option: Option): never {
    throw this.#fault(this.#cli.m.usage.missingOption({ option: option.flags }));
  }

  unknownOption(option: string): never {
    const known = lineage(this).flatMap((command) => command.options.flatMap(({ long }) => long ?? []));
    throw this.#unknown(this.#cli.m.usage.unknownOption({ option }), nearest(option, known));
  }

  unknownCommand(): never {
    const command = this.args[0] ?? '';
    const known = this.commands.map((one) => one.name());
    throw this.#unknown(this.#cli.m.usage.unknownCommand({ command }), nearest(command, known));
  }

  _excessArguments(received: readonly string[]): never {
    const word = received[this.registeredArguments.length] ?? '';
    // It came here because its parent knows no such command, and this one stands in where none is named.
    const { parent } = this;
    const isMeantForParent = parent?.args[0] === word && parent.commands.every((one) => one.name() !== word);
    if (parent instanceof SluiceCommand && isMeantForParent) parent.unknownCommand();
    throw this.#fault(this.#cli.m.usage.tooManyArguments({ word }));
  }

  #unknown(what: string, meant: string | undefined): Failure {
    return this.#fault(meant ? `${what}${this.#cli.m.usage.didYouMean({ word: meant })}` : what);
  }

  #fault(what: string): Failure {
    const path = lineage(this).map((command) => command.name());
    return new Failure(`${what}\n${this.#cli.m.usage.seeHelp({ command: `${path.join(' ')} --help` })}`, 'wrong');
  }
}
