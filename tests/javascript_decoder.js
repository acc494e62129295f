// Answers lines of JSON, [function, ...arguments], with lines of JSON: ["value", what it gives] or ["error", its facts].
// Arrays of numbers travel as {type, base64}; the function is JavaScript's text, and sees `inr`.
const { createInterface } = require("node:readline");
require("../inrcodec/viewer/decoder.js");

const ARRAYS = [Uint8Array, Uint8ClampedArray, Uint16Array, Int16Array, Int32Array, Float32Array, Float64Array];
const KINDS = Object.fromEntries(ARRAYS.map((kind) => [kind.name, kind]));

function packed(key, value) {
  if (!ArrayBuffer.isView(value)) return value;
  const { buffer, byteOffset, byteLength } = value;
  return { type: value.constructor.name, base64: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
}

function unpacked(key, value) {
  if (value?.base64 === undefined) return value;
  return new KINDS[value.type](Uint8Array.from(Buffer.from(value.base64, "base64")).buffer);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  let answer;
  try {
    const [text, ...values] = JSON.parse(line, unpacked);
    answer = ["value", (0, eval)(`(${text})`)(...values) ?? null];
  } catch (error) {
    answer = ["error", { message: error.message, ...error }];
  }
  process.stdout.write(`${JSON.stringify(answer, packed)}\n`);
});
