/** `sluice profiles`，中文。 */
export const profiles = {
  summary: 'Sluice 已认识的仪表：各有哪些测点，要注意什么',
  nameArgument: '其中一种，列出它的测点',
  writeOption: '把全部设备模板写成一页 Markdown 文档',
  more: '`sluice profiles {name}` 列出一种仪表的测点。其他仪表可以自己写模板：`sluice import` 能由寄存器表生成。',
  unknown: 'Sluice 没有自带名为 `{name}` 的模板',
  didYouMean: '；您是指 `{name}` 吗？',
  speaks: '协议：{driver}',
  device: '模板已设定：{settings}',
  tag: '测点',
  unit: '单位',
  range: '量程',
  step: '分辨率',
  every: '周期',
  from: '来源',
  pageTitle: 'Sluice 自带的设备模板',
  pageIntro:
    '站点文件中的设备用 `profile` 写出其中一个名字。本页由 `sluice profiles --write` 生成；要改请改模板，不要改本页。',
  written: '已写入：{file}',
} as const;
