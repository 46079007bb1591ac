import { musterVersion } from '../../base/version';
import type { ScoreChain } from './chain';
import { bytesField, bytesOf, messageField, numberField, textField, type Message } from './protobuf';

/** Of TensorProto.DataType. */
const types = { float: 1, int64: 7 } as const;
/** ReduceL2 and ReduceMax have axes as an attribute up to here. */
const opset = 13;

/**
 * A model as an ONNX file (opset 13, IR 8), which onnxruntime and others run. Input: `user`, places of customers
 * (int64 [batch]), or `history`, 1 where somebody has an item (float [batch, items]). Output: `scores` (float [batch,
 * items]), nothing left out: what somebody has is for the caller to strike. The ids by place are in the metadata as
 * JSON, `items` and, where customers are the input, `users`. Fields are numbered as in onnx.proto of ONNX 1.13.
 */
export function writeOnnx(
  name: string,
  chain: ScoreChain,
  ids: { items: readonly (string | null)[]; users?: readonly (string | null)[] },
): Uint8Array {
  const nodes: Message[] = [];
  const tensors: Message[] = [];
  let last: string = chain.input;
  const tensor = (values: Float32Array, dims: readonly number[]): string => {
    const called = `weights_${tensors.length}`;
    tensors.push([
      ...dims.map((length) => numberField(1, length)),
      numberField(2, types.float),
      textField(8, called),
      bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    ]);
    return called;
  };
  const node = (op: string, inputs: readonly string[], attributes: readonly Message[] = []): string => {
    const output = `step_${nodes.length}`;
    nodes.push([
      ...inputs.map((input) => textField(1, input)),
      textField(2, output),
      textField(4, op),
      ...attributes.map((each) => messageField(5, each)),
    ]);
    return output;
  };
  const bestOf = (scores: string): string => {
    const one = tensor(Float32Array.of(1), [1]);
    const zero = tensor(Float32Array.of(0), [1]);
    const best = node('Max', [node('ReduceMax', [scores], [wholeNumbers('axes', [1]), wholeNumber('keepdims', 1)]), zero]);
    return node('Where', [node('Equal', [best, zero]), one, best]);
  };

  for (const step of chain.steps) {
    if (step.op === 'rows') last = node('Gather', [tensor(step.table, [step.rows, step.width]), last]);
    else if (step.op === 'unit') {
      const length = node('ReduceL2', [last], [wholeNumbers('axes', [1]), wholeNumber('keepdims', 1)]);
      last = node('Div', [last, node('Max', [length, tensor(Float32Array.of(1e-20), [1])])]);
    } else if (step.op === 'share') {
      const amounts = tensor(step.amounts, [step.amounts.length]);
      last = node('Add', [last, step.best === undefined ? node('Mul', [bestOf(last), amounts]) : amounts]);
    } else {
      last = node('MatMul', [last, tensor(step.weights, [step.from, step.to])]);
      if (step.bias) last = node('Add', [last, tensor(step.bias, [step.to])]);
      if (step.activation === 'tanh') last = node('Tanh', [last]);
    }
  }
  nodes.push([textField(1, last), textField(2, 'scores'), textField(4, 'Identity')]);

  const { items } = chain;
  const input = chain.input === 'user' ? value('user', types.int64, ['batch']) : value('history', types.float, ['batch', items]);
  const graph: Message = [
    ...nodes.map((each) => messageField(1, each)),
    textField(2, name),
    ...tensors.map((each) => messageField(5, each)),
    messageField(11, input),
    messageField(12, value('scores', types.float, ['batch', items])),
  ];
  const facts = { items: ids.items, ...(chain.input === 'user' && { users: ids.users }) };
  return bytesOf([
    numberField(1, 8),
    textField(2, 'muster'),
    textField(3, musterVersion),
    messageField(7, graph),
    messageField(8, [textField(1, ''), numberField(2, opset)]),
    ...Object.entries(facts).map(([key, list]) => messageField(14, [textField(1, key), textField(2, JSON.stringify(list))])),
  ]);
}

/** An input or output; a side that is a text may have any length. */
function value(name: string, type: number, sides: readonly (number | string)[]): Message {
  const shape = sides.map((side) => messageField(1, [typeof side === 'number' ? numberField(1, side) : textField(2, side)]));
  return [textField(1, name), messageField(2, [messageField(1, [numberField(1, type), messageField(2, shape)])])];
}

function wholeNumber(name: string, number: number): Message {
  return [textField(1, name), numberField(3, number), numberField(20, 2)];
}

function wholeNumbers(name: string, numbers: readonly number[]): Message {
  return [textField(1, name), ...numbers.map((each) => numberField(8, each)), numberField(20, 7)];
}
