import { toAscii } from '../source/full-width.js';

/** Words for one meaning, apart from each other by spaces. */
type Vocabulary<Meaning extends string> = Readonly<Record<Meaning, string>>;

/** Letters and digits of a cell alone: case, spaces and signs are left to taste. */
export const plainWord = (cell: string): string =>
  toAscii(cell)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

function dictionary<Meaning extends string>(vocabulary: Vocabulary<Meaning>): ReadonlyMap<string, Meaning> {
  const pairs = Object.entries<string>(vocabulary).flatMap(([meaning, words]) =>
    words.split(/\s+/).map((word) => [word, meaning as Meaning] as const),
  );
  return new Map(pairs);
}

/** What a column of a register table may hold, with the headings people give it. */
const columnWords = {
  register:
    '寄存器地址 地址 寄存器 起始地址 首地址 modbus地址 plc地址 点位地址 通讯地址 十进制地址 十六进制地址 address register registeraddress startaddress modbusaddress reg addr plcaddress regaddr',
  name: '名称 变量名 变量名称 参数 参数名 参数名称 点名 点位名称 测点 测点名称 信号名称 信号 标签 标识 数据项 项目 内容 name tag tagname parameter variable signal point item',
  type: '数据类型 类型 数据格式 格式 变量类型 type datatype format dataformat',
  unit: '单位 计量单位 工程单位 unit units eu',
  scale:
    '倍率 系数 比例 比例系数 缩放 缩放系数 换算系数 变比 倍数 scale factor multiplier gain scaling coefficient ratio',
  offset: '偏移 偏移量 零点偏移 offset bias',
  function: '功能码 功能 读功能码 寄存器类型 寄存器区 区 function functioncode fc func area registertype table',
  order: '字节序 字节顺序 大小端 字序 高低位 order byteorder endian endianness wordorder',
  count: '寄存器数 寄存器数量 寄存器个数 长度 数量 个数 字数 length count size words registers quantity len num',
  bit: '位 位号 位地址 bit bitno bitposition',
  resolution: '分辨率 分度 分度值 精度 resolution precision',
  range: '量程 范围 取值范围 数据范围 range valuerange measuringrange',
  low: '下限 最小值 量程下限 min minimum low lowerlimit',
  high: '上限 最大值 量程上限 max maximum high upperlimit',
  access: '读写 读写属性 读写类型 权限 属性 访问 操作 access rw readwrite accessmode permission',
  description: '描述 备注 说明 注释 含义 解释 description comment remark remarks note notes meaning',
} as const;

export type Column = keyof typeof columnWords;
export const columnByWord = dictionary<Column>(columnWords);

/** Types of values as manuals name them. */
const typeWords = {
  bool: 'bool boolean bit bits digital di do 位 布尔 开关量 布尔型 开关',
  int8: 'int8 s8 i8 sbyte',
  uint8: 'uint8 u8 byte 字节',
  int16:
    'int16 s16 i16 int short signed signed16 signedint16 signed16bit 16bitsigned integer 有符号16位 16位有符号 16位有符号数 16位有符号整数 16位有符号整型 有符号16位整数 有符号整型 有符号整数 有符号 整型 整数 短整型',
  uint16:
    'uint16 u16 uint ushort word unsigned unsigned16 unsignedint16 unsignedshort unsigned16bit 16bitunsigned 无符号16位 16位无符号 16位无符号数 16位无符号整数 16位无符号整型 无符号16位整数 无符号整型 无符号整数 无符号 字',
  int32:
    'int32 s32 i32 long dint signed32 longint signed32bit 32bitsigned 有符号32位 32位有符号 32位有符号数 32位有符号整数 32位有符号整型 有符号32位整数 长整型 长整数',
  uint32:
    'uint32 u32 ulong dword udint unsigned32 unsignedlong unsigned32bit 32bitunsigned 无符号32位 32位无符号 32位无符号数 32位无符号整数 32位无符号整型 无符号32位整数 无符号长整型 双字',
  float32:
    'float32 float real real4 f32 single ieee754 floatingpoint 浮点 浮点数 浮点型 单精度 单精度浮点 单精度浮点数 32位浮点 32位浮点数 32位浮点型',
  float64: 'float64 double lreal real8 f64 双精度 双精度浮点 双精度浮点数 64位浮点 64位浮点数',
  int64: 'int64 s64 i64 lint longlong 有符号64位 64位有符号 64位有符号整数',
  uint64: 'uint64 u64 ulint qword 无符号64位 64位无符号 64位无符号整数',
  bcd16: 'bcd bcd16 16位bcd',
  bcd32: 'bcd32 32位bcd',
  string: 'string str ascii char text 字符串 字符 文本',
} as const;

export const typeByWord = dictionary<keyof typeof typeWords>(typeWords);
export const typeNames: readonly string[] = Object.keys(typeWords);

/** Areas of registers, by function code and by name. */
const areaWords = {
  coil: '1 5 15 coil coils 线圈 线圈寄存器',
  discrete: '2 discrete discreteinput discreteinputs 离散输入 离散量输入 输入状态',
  holding: '3 6 16 holding holdingregister holdingregisters 保持寄存器 保持',
  input: '4 input inputregister inputregisters 输入寄存器 输入',
} as const;

export const areaByWord = dictionary<keyof typeof areaWords>(areaWords);

/** Orders of the bytes, A the highest. */
const orderWords = {
  ABCD: 'abcd 1234 big bigendian be 大端 大端序 大端模式 高字在前 高位在前 高字节在前 msb ab',
  CDAB: 'cdab 3412 wordswap 低字在前 lowwordfirst 字交换',
  BADC: 'badc ba 2143 byteswap 字节交换',
  DCBA: 'dcba 4321 little littleendian le 小端 小端序 小端模式 低位在前 低字节在前 lsb',
} as const;

export const orderByWord = dictionary<keyof typeof orderWords>(orderWords);
export const orderNames: readonly string[] = Object.keys(orderWords);
