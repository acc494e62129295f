/**
 * A decoder of .inr files, written from docs/format.md: exact, in plain JavaScript, with a WebAssembly kernel for the
 * matrix products where there is one. A classic script; it sets `globalThis.inr`. The names are the page's.
 *
 * Numbers are doubles that hold integers below 2**53, as the format promises of all sums; BigInts are rare.
 */
(function start() {
  "use strict";

  // What a file is refused with.

  /** A file is damaged, not one of ours, or asks for what is not here; in the words of the Python decoder. */
  class Refused extends Error {
    constructor(section, offset, expected, found) {
      super(`${section} at byte ${offset}: expected ${expected}, found ${found}`);
      Object.assign(this, { name: "Refused", section, offset, expected, found });
    }
  }

  function ensure(condition, ...words) {
    if (!condition) throw new Refused(...words);
  }

  // Lists, each in the order of its numbers in files.

  const MAGIC = [0x89, 0x49, 0x4e, 0x52];
  const COLOURS = ["rgb", "ycbcr", "rgb_mean", "ycbcr_mean"];
  const RULES = ["uniform", "per_row", "companded", "half"];
  const MODELS = ["laplace", "gaussian", "histogram", "raw"];
  const ACTIVATIONS = ["sine", "relu", "finer", "gabor"];
  const MAXIMUM_PIXELS = 178956970; // as the Python decoder's
  const MAXIMUM_PARAMETERS = 2 ** 24;
  const EXACT = 2 ** 53;

  const PERCEPTRON = [["hidden_features", 1, 1024], ["hidden_layers", 1, 16]];
  const ACTIVATION = ["activation", 0, ACTIVATIONS.length - 1, (number) => ACTIVATIONS[number]];
  const hundredths = (number) => number / 100, tenths = (number) => number / 10;
  const FREQUENCIES = ["frequencies", 1, 32], BASE = ["base", 101, 200, hundredths];
  const PRIOR = [["prior", 0, 255], ["prior_digest", 0, 2 ** 32 - 1]];

  // Fields.

  /** Reads fields one after another, up to `end`. */
  class Reader {
    constructor(bytes, offset, end) {
      Object.assign(this, { bytes, offset, end });
    }

    u8(section, name, low, high, step = 1) {
      return this.number(section, name, low, high, step, false);
    }

    varint(section, name, low, high) {
      return this.number(section, name, low, high, 1, true);
    }

    number(section, name, low, high, step, isVarint) {
      const begin = this.offset;
      const most = isVarint ? Math.max(1, Math.ceil(Math.log2(high + 1) / 7)) : 1;
      let value = 0, count = 0, byte;
      do {
        ensure(count === 0 || count < most, section, begin, `${name} in ${count} bytes at most`, "a longer number");
        ensure(this.offset < this.end, section, begin, name, "the end of the file");
        byte = this.bytes[this.offset++];
        value += (isVarint ? byte & 127 : byte) * 2 ** (7 * count++);
      } while (isVarint && byte > 127);
      ensure(count === 1 || byte > 0, section, begin, `${name} in its shortest form`, "a padded number");
      const legal = `${low}..${high}${step > 1 ? ` in steps of ${step}` : ""}`;
      ensure(value >= low && value <= high && value % step === 0, section, begin, `${name} in ${legal}`, value);
      return value;
    }

    text(section, name, longest) {
      const length = this.varint(section, name, 1, longest), begin = this.offset;
      this.offset += length;
      ensure(this.offset <= this.end, section, begin, `${length} bytes of ${name}`, "the end of the file");
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(this.bytes.subarray(begin, this.offset));
      } catch {
        throw new Refused(section, begin, `${name} in UTF-8`, "other bytes");
      }
    }
  }

  const CRC_TABLE = Int32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });

  function crc32(bytes) {
    let crc = -1;
    for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
    return ~crc >>> 0;
  }

  const hex8 = (number) => number.toString(16).padStart(8, "0");

  // Symbols: frequencies, and the range decoder.

  /** floor(a b / 2**bits) of a and b up to 2**32, bits from 16 on. */
  function highProduct(a, b, bits) {
    const high = Math.floor(a / 65536), low = a % 65536;
    return Math.floor((high * b + Math.floor((low * b) / 65536)) / 2 ** (bits - 16));
  }

  /** C of every symbol, and 2**24, from weights below 2**33 and the peak's place. */
  function cumulative(weights, peak, least = 1) {
    let total = 0;
    for (const weight of weights) total += weight;
    const free = 2 ** 24 - least * weights.length, found = new Int32Array(weights.length + 1);
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      const w = weights[k];
      // A quotient in double precision has the right floor where divisor and dividend are below 2**53 together.
      sum += least + (w < 2 ** 28 ? Math.floor((w * free) / total) : Number((BigInt(w) * BigInt(free)) / BigInt(total)));
      found[k + 1] = sum;
    }
    for (let k = peak + 1; k < found.length; k++) found[k] += 2 ** 24 - sum;
    return found;
  }

  /** The weights q[0..count] of `laplace` and `gaussian`. */
  function scaledWeights(model, s, count) {
    const q = new Float64Array(count + 1);
    q[0] = 2 ** 32;
    if (model === "laplace") {
      const ratio = Math.round(2 ** 24 * Math.exp(-(2 ** (2 - s / 16))));
      for (let k = 0; k < count && q[k] > 0; k++) q[k + 1] = highProduct(q[k], ratio, 24);
    } else {
      const ratio = Math.round(2 ** 32 * Math.exp(-(2 ** (3 - s / 8))));
      const squared = highProduct(ratio, ratio, 32);
      for (let k = 0, g = ratio; k < count && q[k] > 0; k++) {
        q[k + 1] = highProduct(q[k], g, 32);
        g = highProduct(g, squared, 32);
      }
    }
    return q;
  }

  /** The lowest symbol of a tensor's table, and C from it on. */
  function frequencies({ model, scale, lowest, counts, largest }) {
    if (model === "histogram") {
      const weights = counts.some((count) => count > 0) ? counts : counts.map(() => 1);
      let peak = 0;
      weights.forEach((weight, k) => (peak = weight > weights[peak] ? k : peak));
      return { lowest: lowest - largest, table: cumulative(weights, peak) };
    }
    const weights = new Float64Array(2 * largest + 1).fill(1);
    if (model !== "raw") {
      const q = scaledWeights(model, scale, largest);
      for (let k = -largest; k <= largest; k++) weights[k + largest] = q[Math.abs(k)];
    }
    return { lowest: -largest, table: cumulative(weights, largest) };
  }

  const INVALID_WORDS = "invalid words (a target of 2**24 or more)";

  /** What a symbol of a table costs: nothing, if it is the only one. */
  const bitsOf = (table, k) => (k >= 0 && k + 1 < table.length ? 24 - Math.log2(table[k + 1] - table[k]) : Infinity);

  /**
   * The range decoder. Of lower and point only their distance matters. It and the range have 64 bits, kept as two
   * numbers each: above their lowest 20 bits, and these.
   */
  class RangeDecoder {
    constructor(payload) {
      this.view = new DataView(payload.buffer, payload.byteOffset, payload.length);
      this.next = 0;
      this.high = this.low = 0;
      this.shift();
      this.shift();
      this.rangeHigh = 2 ** 44 - 1;
      this.rangeLow = 2 ** 20 - 1;
    }

    /** The distance times 2**32, plus the next word. */
    shift() {
      const word = this.next < this.view.byteLength ? this.view.getUint32(this.next, true) : 0;
      this.next += 4;
      this.high = (this.high % 4096) * 2 ** 32 + this.low * 4096 + (word >>> 20);
      this.low = word & 0xfffff;
    }

    /** The next symbol, counted from 0, by C of every symbol and 2**24; -1 where no symbol is. */
    symbol(table) {
      const scale = Math.floor(this.rangeHigh / 16);
      const scaleHigh = Math.floor(scale / 2 ** 20), scaleLow = scale % 2 ** 20;
      let target = Math.floor((this.high * 2 ** 20 + this.low) / scale);
      // Double precision is at most one off: the remainder says.
      const rest = (this.high - scaleHigh * target) * 2 ** 20 + (this.low - scaleLow * target);
      if (rest < 0) target--;
      else if (rest >= scale) target++;
      if (target >= 2 ** 24) return -1;
      let k = 0, end = table.length - 1;
      while (end - k > 1) {
        const middle = (k + end) >> 1;
        if (table[middle] <= target) k = middle;
        else end = middle;
      }
      const below = table[k], frequency = table[end] - below;
      const low = this.low - scaleLow * below, carry = Math.floor(low / 2 ** 20);
      this.high += carry - scaleHigh * below;
      this.low = low - carry * 2 ** 20;
      const rangeLow = scaleLow * frequency;
      this.rangeHigh = scaleHigh * frequency + Math.floor(rangeLow / 2 ** 20);
      this.rangeLow = rangeLow % 2 ** 20;
      if (this.rangeHigh < 4096) {
        this.rangeHigh = this.rangeHigh * 2 ** 32 + this.rangeLow * 4096;
        this.rangeLow = 0;
        this.shift();
      }
      return k;
    }
  }

  // Parameters.

  /** A tensor's parameters: its base, and what its symbols add. */
  function parametersOf({ symbols, rows, rule, largest, shift, mantissas, curve, base }) {
    const found = new Float64Array(symbols.length), columns = symbols.length / rows, unit = 2 ** shift;
    for (let i = 0; i < symbols.length; i++) {
      const s = symbols[i], magnitude = Math.abs(s);
      if (rule === "half") {
        const e = magnitude >> 10, m = e ? (1024 + (magnitude % 1024)) * 2 ** (e - 1) : magnitude;
        found[i] = Math.floor(((s < 0 ? -m : m) + 8) / 16);
      } else if (rule === "companded") {
        const bent = s * ((16 - curve) * largest + curve * magnitude) * mantissas[0];
        found[i] = nearest(bent, 16 * largest) * unit;
      } else {
        found[i] = s * mantissas[rule === "per_row" ? Math.floor(i / columns) : 0] * unit;
      }
      if (base) found[i] += base[i];
    }
    return found;
  }

  /** round(a / b), of integers below 2**51. */
  const nearest = (a, b) => Math.floor((2 * a + b) / (2 * b));

  const cut = (value, low, high) => (value < low ? low : value > high ? high : value);

  // Operations.

  /** The table of an activation in steps of 2**-n from `low` to `high`, both included. */
  const tableOf = (f, low, high, n) =>
    Int16Array.from({ length: (high - low) * 2 ** n + 1 }, (_, i) => Math.floor(4096 * f(low + i / 2 ** n) + 0.5));

  const TURN = 2 * Math.PI;
  const SINE = tableOf((t) => Math.sin(TURN * t), 0, 1, 14).subarray(0, 16384);
  const sine = (t) => SINE[Math.floor((t + 2 ** 17) / 2 ** 18) & 16383];

  /** Activations take pre-activations, `sums` of every pixel and neuron plus the biases, to `out`. */
  class Sine {
    constructor() {
      this.largest = 4096;
      this.isPeriodic = true;
    }

    apply(sums, biases, out, pixels) {
      for (let p = 0, k = 0; p < pixels; p++)
        for (let i = 0; i < biases.length; i++, k++) out[k] = sine(sums[k] + biases[i]);
    }
  }

  /** Tables that are cut at their ends. */
  class Table {
    constructor(f, low, high, n, largest) {
      this.largest = largest;
      this.table = tableOf(f, low, high, n);
      this.first = low * 2 ** n;
      this.step = 2 ** (32 - n);
    }

    apply(sums, biases, out, pixels) {
      const { table, first, step } = this, last = table.length - 1;
      for (let p = 0, k = 0; p < pixels; p++)
        for (let i = 0; i < biases.length; i++, k++) {
          const index = Math.floor((sums[k] + biases[i] + step / 2) / step) - first;
          out[k] = table[index < 0 ? 0 : index > last ? last : index];
        }
    }
  }

  /** The sine of `nif`: every one of m neurons has its own rate and phase. */
  class Modulated {
    constructor(m) {
      this.largest = 4096;
      const between = Math.max(m - 1, 1), neurons = Array.from({ length: padded(m) }, (_, j) => Math.min(j, m - 1));
      this.rates = Float64Array.from(neurons, (j) => 205 + Math.floor((102 * j) / between));
      this.phases = Float64Array.from(neurons, (j) => sine(Math.floor((10 * 2 ** 32 * j) / between)) * 2 ** 19);
    }

    apply(sums, biases, out, pixels) {
      const { rates, phases } = this;
      for (let p = 0, k = 0; p < pixels; p++)
        for (let i = 0; i < rates.length; i++, k++) {
          const t = sums[k] - Math.floor(sums[k] / 2 ** 40) * 2 ** 40; // 8 bits more than the phase has
          out[k] = sine(Math.floor((t * rates[i] + 128) / 256) + phases[i]);
        }
    }
  }

  const MADE = {}; // tables take time: only those that a file asks for
  const MAKERS = {
    sine: () => new Sine(),
    relu: () => new Table((t) => t, 0, 32767 / 4096, 12, 32767),
    finer: () => new Table((t) => Math.sin(TURN * t * (1 + (TURN * Math.abs(t)) / 30)), -8, 8, 12, 4096),
    gabor: () => new Table((t) => Math.cos(TURN * t) * Math.exp(-((TURN * t) ** 2)), -1, 1, 14, 4096),
  };
  const activation = (name) => (MADE[name] ??= MAKERS[name]());

  const BATCH = 512; // pixels that go through the layers together
  const padded = (count) => (count + 7) & ~7; // rows that the kernel takes together

  /** Weights (rows x columns) and biases, applied to integers up to `largest`; the last layer has no activation. */
  class Layer {
    constructor(name, weights, biases, rows, columns, largest, activation) {
      Object.assign(this, { name, weights, rows, columns, largest, activation });
      this.biases = new Float64Array(padded(rows));
      let widest = 0, mostOfBias = 0;
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += Math.abs(weights[i * columns + j]);
        widest = Math.max(widest, sum);
        if (biases) this.biases[i] = biases[i] * 4096;
        mostOfBias = Math.max(mostOfBias, Math.abs(this.biases[i]));
      }
      requireExact(name, widest * largest + mostOfBias);
    }
  }

  /** Refuses what doubles may not hold. A sum of 2**53 or more may have been rounded, but to nothing below that. */
  function requireExact(name, largest, limit = EXACT) {
    const found = `${name} leaves the range of exact arithmetic`;
    ensure(largest < limit, "tensors", 0, "parameters in range", found);
  }

  /** Applies layers to a batch of pixels: `activations` (pixels x padded neurons) in, `sums` out. */
  class Machine {
    constructor(layers) {
      this.widest = Math.max(...layers.flatMap((layer) => [padded(layer.rows), padded(layer.columns)]));
      this.activations = new Int16Array(BATCH * this.widest);
      this.sums = new Float64Array(BATCH * this.widest);
    }

    /** What a first layer makes of an axis, columns (0) or rows (1), as `begin` adds it. */
    share(layer, numbers, axis) {
      return numbers;
    }

    /** The first layer: pixel p of a tile is column p mod width, row p // width. */
    begin(layer, x, y, width, first, pixels) {
      const stride = layer.biases.length, { sums } = this;
      for (let p = 0, k = 0; p < pixels; p++) {
        const column = ((first + p) % width) * stride, row = Math.floor((first + p) / width) * stride;
        for (let i = 0; i < stride; i++, k++) sums[k] = x[column + i] + y[row + i];
      }
      layer.activation.apply(sums, layer.biases, this.activations, pixels);
    }

    /** Leaves the layer's activations, or of the last layer its sums with their biases. */
    run(layer, pixels) {
      const { sums } = this, { biases } = layer, stride = biases.length;
      this.multiply(layer, pixels);
      if (layer.activation) layer.activation.apply(sums, biases, this.activations, pixels);
      else for (let k = 0; k < pixels * stride; k++) sums[k] += biases[k % stride];
    }
  }

  /** In plain JavaScript. */
  class PlainMachine extends Machine {
    constructor(layers) {
      super(layers);
      this.inputs = new Float64Array(2 * this.widest);
      this.weights = new Map(layers.map((layer) => [layer, arranged(layer, layer.weights, Float64Array, 4, 1)]));
    }

    /** Four rows and two pixels at a time, whose sums stay in registers. */
    multiply(layer, pixels) {
      const { columns, rows } = layer, { activations, sums, inputs } = this, weights = this.weights.get(layer);
      const from = padded(columns), to = padded(rows);
      for (let p = 0; p < pixels; p += 2) {
        for (let j = 0; j < columns; j++) {
          inputs[2 * j] = activations[p * from + j];
          inputs[2 * j + 1] = activations[(p + 1) * from + j];
        }
        for (let i = 0, w = 0; i < rows; i += 4) {
          let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
          for (let j = 0; j < 2 * columns; j += 2, w += 4) {
            const a = inputs[j], b = inputs[j + 1];
            const w0 = weights[w], w1 = weights[w + 1], w2 = weights[w + 2], w3 = weights[w + 3];
            a0 += w0 * a;
            a1 += w1 * a;
            a2 += w2 * a;
            a3 += w3 * a;
            b0 += w0 * b;
            b1 += w1 * b;
            b2 += w2 * b;
            b3 += w3 * b;
          }
          const k = p * to + i;
          sums[k] = a0;
          sums[k + 1] = a1;
          sums[k + 2] = a2;
          sums[k + 3] = a3;
          sums[k + to] = b0;
          sums[k + to + 1] = b1;
          sums[k + to + 2] = b2;
          sums[k + to + 3] = b3;
        }
      }
    }
  }

  /**
   * With the kernel (kernel.wat), which multiplies integers of 16 bits and adds modulo 2**32. Weights are units of
   * their rows times integers, and these are sums of digits, as many as it takes for exact sums. Before a sine 2**32 is
   * a whole turn, so that nothing but 32 bits matters.
   */
  class KernelMachine extends Machine {
    constructor(layers, module) {
      super(layers);
      const prepared = layers.map((layer) => digitsOf(layer));
      const sizes = layers.map(({ rows, columns }) => 2 * padded(rows) * padded(columns));
      const ofWeights = sizes.reduce((sum, size, i) => sum + size * prepared[i].digits.length, 0);
      const each = BATCH * this.widest;
      const most = Math.max(...prepared.map(({ digits }) => digits.length));
      const { memory, multiply } = new WebAssembly.Instance(module).exports;
      memory.grow(Math.ceil((ofWeights + each * (2 + 4 * most)) / 65536));
      this.kernel = multiply;
      this.place = ofWeights;
      this.activations = new Int16Array(memory.buffer, ofWeights, each);
      const at = (d) => ofWeights + each * (2 + 4 * d);
      this.results = Array.from({ length: most }, (_, d) => new Int32Array(memory.buffer, at(d), each));
      this.prepared = new Map();
      let place = 0;
      prepared.forEach(({ digits, ...others }, i) => {
        const places = digits.map((digit) => {
          const weights = arranged(layers[i], digit, Int16Array, 8, 2);
          new Int16Array(memory.buffer, place, weights.length).set(weights);
          place += 2 * weights.length;
          return place - 2 * weights.length;
        });
        this.prepared.set(layers[i], { places, ...others });
      });
    }

    share(layer, numbers, axis) {
      if (!layer.activation.isPeriodic) return numbers;
      const stride = layer.biases.length;
      // The halves that round phases to the table's entries come with the rows.
      return Int32Array.from(numbers, (number, k) => (axis ? number + layer.biases[k % stride] + 2 ** 17 : number));
    }

    begin(layer, x, y, width, first, pixels) {
      if (!layer.activation.isPeriodic) return super.begin(layer, x, y, width, first, pixels);
      const stride = layer.biases.length, { activations } = this;
      for (let p = 0, k = 0; p < pixels; p++) {
        const column = ((first + p) % width) * stride, row = Math.floor((first + p) / width) * stride;
        for (let i = 0; i < stride; i++, k++) activations[k] = SINE[((x[column + i] + y[row + i]) | 0) >>> 18];
      }
    }

    run(layer, pixels) {
      if (!layer.activation?.isPeriodic) return super.run(layer, pixels);
      const { units, phases } = this.prepared.get(layer), stride = units.length, { activations } = this;
      this.products(layer, pixels);
      const [sums, high] = this.results, count = this.prepared.get(layer).places.length;
      for (let k = 0; count > 1 && k < pixels * stride; k++) sums[k] += high[k] << 16;
      for (let p = 0, k = 0; p < pixels; p++)
        for (let i = 0; i < stride; i++, k++)
          activations[k] = SINE[((Math.imul(sums[k], units[i]) + phases[i]) | 0) >>> 18];
    }

    multiply(layer, pixels) {
      const { places, bits, units } = this.prepared.get(layer), stride = units.length, { sums } = this;
      this.products(layer, pixels);
      sums.fill(0, 0, pixels * stride);
      for (let d = places.length - 1; d >= 0; d--) {
        const result = this.results[d], unit = 2 ** bits;
        for (let k = 0; k < pixels * stride; k++) sums[k] = sums[k] * unit + result[k];
      }
      for (let k = 0; k < pixels * stride; k++) sums[k] *= units[k % stride];
    }

    products(layer, pixels) {
      const { places } = this.prepared.get(layer);
      const sizes = [(pixels + 3) & ~3, padded(layer.columns), padded(layer.rows)];
      places.forEach((weights, d) => this.kernel(weights, this.place, this.results[d].byteOffset, ...sizes));
    }
  }

  /** A layer's numbers in groups of rows and, in each, of columns, which a product takes one after another. */
  function arranged({ rows, columns }, numbers, kind, ofRows, ofColumns) {
    const height = ofRows === 8 ? padded(rows) : (rows + 3) & ~3, width = ofRows === 8 ? padded(columns) : columns;
    const found = new kind(height * width);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const group = Math.floor(i / ofRows) * width + Math.floor(j / ofColumns) * ofColumns;
        found[group * ofRows + (i % ofRows) * ofColumns + (j % ofColumns)] = numbers[i * columns + j];
      }
    return found;
  }

  /** Weights as units of their rows times sums of digits in 2**bits, the lowest first. */
  function digitsOf({ weights, rows, columns, largest, activation, biases }) {
    const isPeriodic = activation?.isPeriodic ?? false, factors = new Float64Array(padded(rows)).fill(1);
    let rest = weights.slice(), most = 0, widest = 0;
    for (let i = 0; i < rows; i++) {
      const row = rest.subarray(i * columns, (i + 1) * columns);
      factors[i] = row.reduce(greatestDivisor, 0) || 1;
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        row[j] /= factors[i];
        most = Math.max(most, Math.abs(row[j]));
        sum += Math.abs(row[j]);
      }
      widest = Math.max(widest, sum);
    }
    const digits = [];
    let bits = 16;
    if (most < 32768 && (isPeriodic || widest * largest < 2 ** 31)) digits.push(rest);
    else {
      while (!isPeriodic && columns * 2 ** (bits - 1) * largest >= 2 ** 31) bits--;
      const radix = 2 ** bits;
      while (digits.length < 1 || (rest.some((number) => number !== 0) && !(isPeriodic && digits.length === 2))) {
        const digit = rest.map((number) => number - radix * Math.floor(number / radix + 0.5));
        rest = rest.map((number, i) => (number - digit[i]) / radix);
        digits.push(digit);
      }
    }
    if (!isPeriodic) return { digits, bits, units: factors };
    return { digits, units: Int32Array.from(factors), phases: Int32Array.from(biases, (bias) => bias + 2 ** 17) };
  }

  function greatestDivisor(a, b) {
    b = Math.abs(b);
    while (b) [a, b] = [b, a % b];
    return a;
  }

  const KERNEL = // kernel.wat
    "AGFzbQEAAAABCgFgBn9/f39/fwADAgEABQMBAAEHFQIGbWVtb3J5AgAIbXVsdGlwbHkAAArCBAG/BAIKfwt7IARBAXQhBiAFQQJ0IQcDQCAAIQ" +
    "pBACEIA0AgASELIAsgBmohDCAMIAZqIQ0gDSAGaiEO/QwAAAAAAAAAAAAAAAAAAAAAIRP9DAAAAAAAAAAAAAAAAAAAAAAhFP0MAAAAAAAAAAAA" +
    "AAAAAAAAACEV/QwAAAAAAAAAAAAAAAAAAAAAIRb9DAAAAAAAAAAAAAAAAAAAAAAhF/0MAAAAAAAAAAAAAAAAAAAAACEY/QwAAAAAAAAAAAAAAA" +
    "AAAAAAIRn9DAAAAAAAAAAAAAAAAAAAAAAhGkEAIQkDQCAK/QAEACEQIAr9AAQQIREgC/0JAgAhEiATIBAgEv26Af2uASETIBQgESAS/boB/a4B" +
    "IRQgDP0JAgAhEiAVIBAgEv26Af2uASEVIBYgESAS/boB/a4BIRYgDf0JAgAhEiAXIBAgEv26Af2uASEXIBggESAS/boB/a4BIRggDv0JAgAhEi" +
    "AZIBAgEv26Af2uASEZIBogESAS/boB/a4BIRogCkEgaiEKIAtBBGohCyAMQQRqIQwgDUEEaiENIA5BBGohDiAJQQJqIQkgCSAESQ0ACyACIAhB" +
    "AnRqIQ8gDyAT/QsEACAPIBT9CwQQIA8gB2ohDyAPIBX9CwQAIA8gFv0LBBAgDyAHaiEPIA8gF/0LBAAgDyAY/QsEECAPIAdqIQ8gDyAZ/QsEAC" +
    "APIBr9CwQQIAhBCGohCCAIIAVJDQALIAEgBkECdGohASACIAdBAnRqIQIgA0EEayEDIAMNAAsLANcBBG5hbWUCpAEBABsAB3dlaWdodHMBC2Fj" +
    "dGl2YXRpb25zAgRzdW1zAwZwaXhlbHMEB2NvbHVtbnMFBHJvd3MGBmlucHV0cwcHb3V0cHV0cwgDcm93CQZjb2x1bW4KBndlaWdodAsCYTAMAm" +
    "ExDQJhMg4CYTMPA3N1bRACdzARAncxEgFhEwNzMDAUA3MwMRUDczEwFgNzMTEXA3MyMBgDczIxGQNzMzAaA3MzMQMpAQADAAtmb3VyX3BpeGVs" +
    "cwEKZWlnaHRfcm93cwILdHdvX2NvbHVtbnM=";
  let isKernelWanted = true, kernel;

  /** The compiled kernel, or null where it is not wanted or the machine has no such instructions. */
  function kernelModule() {
    if (kernel === undefined) {
      try {
        kernel = new WebAssembly.Module(Uint8Array.from(atob(KERNEL), (character) => character.charCodeAt(0)));
      } catch {
        kernel = null;
      }
    }
    return isKernelWanted ? kernel : null;
  }

  // Coordinates.

  const floorDivide = (a, b) => (a >= 0n ? a / b : -((-a + b - 1n) / b)); // BigInt, b positive
  const modulo = (a, b) => ((a % b) + b) % b;
  const nearestOf = (a, b) => Number(floorDivide(2n * a + b, 2n * b));

  /** Features of a coordinate a / d, in 2**-20: itself. */
  const bare = () => ({ count: 1, of: (a, d) => [nearestOf(a << 20n, d)] });

  /** Positional encoding; base in hundredths. */
  function positional(frequencies, base) {
    const places = Array.from({ length: frequencies }, (_, k) => BigInt(k));
    const powers = places.map((k) => (65536n * BigInt(base) ** k) / 100n ** k);
    const of = (a, d) => {
      const turn = d << 17n;
      const phases = powers.map((g) => nearestOf(modulo((g % turn) * a, turn) << 15n, d));
      const sines = phases.map((p) => sine(p) * 256), cosines = phases.map((p) => sine(p + 2 ** 30) * 256);
      return [nearestOf(a << 20n, d), ...sines, ...cosines];
    };
    return { count: 1 + 2 * frequencies, of };
  }

  /** A network's beginning: a first layer on features of column and row. */
  class Coordinates {
    constructor(features, layer) {
      Object.assign(this, { features, layer });
    }

    /** What places a / d of one axis add to the layer, (places x padded rows); `half`: 0 of columns, 1 of rows. */
    axis(machine, places, d, half) {
      const { weights, rows, columns } = this.layer, stride = padded(rows), { count } = this.features;
      const found = new Float64Array(places.length * stride);
      places.forEach((a, place) => {
        const x = Float64Array.from(this.features.of(BigInt(a), BigInt(d)));
        for (let i = 0; i < rows; i++) {
          let sum = 0;
          const w = i * columns + half * count;
          for (let j = 0; j < count; j++) sum += weights[w + j] * x[j];
          found[place * stride + i] = Math.floor((sum + 128) / 256);
        }
      });
      return machine.share(this.layer, found, half);
    }

    begin(machine, x, y, width, first, pixels) {
      machine.begin(this.layer, x, y, width, first, pixels);
    }
  }

  /** A network's beginning: numbers interpolated in tables. */
  class HashGrid {
    constructor(cells, tables, names, features) {
      Object.assign(this, { cells, features });
      tables.forEach((table, level) => {
        let largest = 0;
        for (const value of table) largest = Math.max(largest, Math.abs(value));
        requireExact(names[level], largest, 2 ** 40);
      });
      // Times shares their numbers leave 2**53: above their lowest 20 bits, and these.
      this.high = tables.map((table) => table.map((value) => Math.floor(value / 2 ** 20)));
      this.low = tables.map((table, level) => table.map((value, i) => value - this.high[level][i] * 2 ** 20));
    }

    /** Cells and places in them, in 2**-10, of every level. */
    axis(machine, places, d) {
      return this.cells.map((c) => {
        const cell = new Int32Array(places.length), inside = new Int32Array(places.length);
        places.forEach((a, place) => {
          const X = Number(((BigInt(a) + BigInt(d)) * BigInt(c) * 2n ** 19n) / BigInt(d));
          cell[place] = Math.floor(X / 2 ** 20);
          inside[place] = Math.floor((X % 2 ** 20) / 1024);
        });
        return { cell, inside };
      });
    }

    begin(machine, x, y, width, first, pixels) {
      const { features } = this, { activations } = machine, stride = padded(this.cells.length * features);
      this.cells.forEach((c, level) => {
        const high = this.high[level], low = this.low[level], count = high.length / features;
        const isDirect = count === (c + 1) ** 2;
        const row = (i, j) => (isDirect ? j * (c + 1) + i : ((i ^ Math.imul(j, 2654435761)) >>> 0) % count) * features;
        for (let p = 0; p < pixels; p++) {
          const column = (first + p) % width, line = Math.floor((first + p) / width);
          const i = x[level].cell[column], g = x[level].inside[column];
          const j = y[level].cell[line], h = y[level].inside[line];
          const r0 = row(i, j), r1 = row(i + 1, j), r2 = row(i, j + 1), r3 = row(i + 1, j + 1);
          const s0 = (1024 - g) * (1024 - h), s1 = g * (1024 - h), s2 = (1024 - g) * h, s3 = g * h;
          for (let k = 0; k < features; k++) {
            const above = high[r0 + k] * s0 + high[r1 + k] * s1 + high[r2 + k] * s2 + high[r3 + k] * s3;
            const below = low[r0 + k] * s0 + low[r1 + k] * s1 + low[r2 + k] * s2 + low[r3 + k] * s3;
            const number = Math.floor((above + Math.floor((below + 2 ** 27) / 2 ** 20)) / 256);
            activations[p * stride + level * features + k] = cut(number, -32767, 32767);
          }
        }
      });
    }
  }

  const TILE = 1024; // the longest side: what an axis adds to a first layer takes memory

  /** A function of coordinates: a beginning, then layers. */
  class Network {
    constructor(beginning, layers) {
      Object.assign(this, { beginning, layers });
      this.machines = new Map();
    }

    machine() {
      const module = kernelModule(), { machines, layers } = this;
      if (!machines.has(module)) {
        machines.set(module, module ? new KernelMachine(layers, module) : new PlainMachine(layers));
      }
      return machines.get(module);
    }

    /** Writes the samples of an area. */
    paint({ left, top, width, height, virtualWidth, virtualHeight }, colour, channels, out) {
      const machine = this.machine(), stride = padded(channels);
      const axis = (start, count, size, half) => {
        const places = Array.from({ length: count }, (_, i) => 2 * (start + i) + 1 - size);
        return this.beginning.axis(machine, places, size, half);
      };
      for (let row = 0; row < height; row += TILE) {
        const rows = Math.min(TILE, height - row), y = axis(top + row, rows, virtualHeight, 1);
        for (let column = 0; column < width; column += TILE) {
          const columns = Math.min(TILE, width - column), x = axis(left + column, columns, virtualWidth, 0);
          for (let first = 0; first < rows * columns; first += BATCH) {
            const pixels = Math.min(BATCH, rows * columns - first);
            this.beginning.begin(machine, x, y, columns, first, pixels);
            for (const layer of this.layers) machine.run(layer, pixels);
            for (let p = 0; p < pixels; p++) {
              const pixel = (row + Math.floor((first + p) / columns)) * width + column + ((first + p) % columns);
              colour.write(machine.sums, p * stride, out, pixel * channels);
            }
          }
        }
      }
    }
  }

  // Pyramid.

  // (dy, dx) of the neighbours.
  const NEIGHBOURS = [
    [0, -1], [-1, 0], [-1, -1], [-1, 1], [0, -2], [-2, 0], [-1, -2], [-2, 1], [-2, -1], [-2, 2], [0, -3], [-2, -2],
    [-1, -3], [0, -4], [-2, 3], [-2, -3],
  ];
  const LARGEST_LATENT = 1023, LARGEST_HIDDEN = 2 ** 20 - 1, LARGEST_PLANE = 2 ** 24;
  const LEAST_FREQUENCY = 128;

  const TAILS = [];

  /** T(0..256) of scale s. */
  const tailOf = (s) =>
    (TAILS[s] ??= Float64Array.from({ length: 257 }, (_, t) =>
      Math.floor(2 ** 23 * Math.exp(-t * 2 ** (2 - s / 8)) + 0.5)));

  const NEAR = [], FAR = [];

  function nearTable(s, f) {
    return (NEAR[32 * s + f + 16] ??= (() => {
      const T = tailOf(s), G = (e) => (e <= 0 ? T[-e] : 2 ** 24 - T[e]);
      const below = [0, ...Array.from({ length: 16 }, (_, k) => G(32 * k - 240 - f)), 2 ** 24];
      return cumulative(below.slice(1).map((value, k) => value - below[k]), 8, LEAST_FREQUENCY);
    })());
  }

  function farTable(s) {
    return (FAR[s] ??= (() => {
      const T = tailOf(s);
      const weights = Array.from({ length: 9 }, (_, k) => T[32 * k] - (k < 8 ? T[32 * k + 32] : 0));
      return cumulative(weights, 8, LEAST_FREQUENCY);
    })());
  }

  /** Matrices that lie one behind the other in a tensor: [{rows, columns, values}]. */
  function split(values, shapes) {
    let from = 0;
    return shapes.map(([rows, columns]) => {
      const matrix = { rows, columns, values: values.subarray(from, from + rows * columns) };
      from += rows * columns;
      return matrix;
    });
  }

  const contextShapes = ({ neighbours: K, context_features: H }) => [[H, K + 1], [H, H + 1], [2, H], [2, K + 1]];
  const synthesisShapes = ({ synthesis_features: n }, L, channels) =>
    [[n, L + 1], [channels, n], [channels, L + 1], [channels, 9 * channels]];
  const upsamplingShapes = (L) => [...Array(L - 1).fill([1, 4]), [1, 9]];
  const numbersOf = (shapes) => shapes.reduce((sum, [rows, columns]) => sum + rows * columns, 0);

  /** |w x|: the largest sum of a row, of numbers up to those of x. */
  function largestSum({ rows, columns, values }, x) {
    let largest = 0;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += Math.abs(values[i * columns + j]) * x[j];
      largest = Math.max(largest, sum);
    }
    return largest;
  }

  /** The network that says how each latent is coded. */
  class Context {
    constructor(h, parameters, offset) {
      const { neighbours: K, context_features: H } = h;
      const matrices = split(parameters, contextShapes(h)), [c0, c1, c2, c3] = matrices;
      const v = [...Array(K).fill(LARGEST_LATENT), 1], hidden = Array(H).fill(LARGEST_HIDDEN);
      const sums = [largestSum(c0, v), largestSum(c1, [...hidden, 4096])];
      sums.push(largestSum(c2, hidden) + largestSum(c3, v) * 4096);
      const found = "invalid words (context leaves the range of exact arithmetic)";
      ensure(Math.max(...sums) < EXACT, "payload", offset, "a context network and latents in range", found);
      this.values = matrices.map(({ values }) => values);
      Object.assign(this, { K, H, offset, v: new Float64Array(K + 1), a: new Float64Array(H), b: new Float64Array(H) });
      this.v[K] = 1;
    }

    /** Sets `mean` and `scale` of the latent at a place of `grid`, whose neighbours lie at `offsets` from it. */
    distribution(grid, place, offsets) {
      const { K, H, v, a, b } = this, [c0, c1, c2, c3] = this.values;
      for (let j = 0; j < K; j++) v[j] = grid[place + offsets[j]];
      for (let i = 0, w = 0; i < H; i++) {
        let sum = 128;
        for (let j = 0; j <= K; j++, w++) sum += c0[w] * v[j];
        a[i] = cut(Math.floor(sum / 256), 0, LARGEST_HIDDEN);
      }
      for (let i = 0, w = 0; i < H; i++) {
        let sum = 2 ** 19;
        for (let j = 0; j < H; j++, w++) sum += c1[w] * a[j];
        sum += c1[w++] * 4096;
        b[i] = cut(Math.floor(sum / 2 ** 20), 0, LARGEST_HIDDEN);
      }
      let mean = 0, scale = 0, meanOfLinear = 0, scaleOfLinear = 0;
      for (let j = 0; j < H; j++) {
        mean += c2[j] * b[j];
        scale += c2[H + j] * b[j];
      }
      for (let j = 0; j <= K; j++) {
        meanOfLinear += c3[j] * v[j];
        scaleOfLinear += c3[K + 1 + j] * v[j];
      }
      this.mean = cut(Math.floor((mean + meanOfLinear * 4096 + 2 ** 26) / 2 ** 27), -32736, 32736);
      this.scale = cut(Math.floor((scale + scaleOfLinear * 4096 + 2 ** 28) / 2 ** 29) + 16, 0, 112);
    }

    requireLatent(isOne) {
      const words = ["a context network and latents in range", "invalid words (a latent beyond 1023)"];
      ensure(isOne, "payload", this.offset, ...words);
    }
  }

  /** A grid of latents; decoded by `coder`, or `latents` are known and only their cost is wanted, if at all. */
  class Grid {
    #context;
    #bits;

    constructor(level, width, height, context, latents, coder) {
      Object.assign(this, { level, width, height, latents: latents ?? new Int16Array(width * height) });
      this.#context = context;
      if (coder) this.#code(coder);
    }

    /** What every latent takes in the file, as the context network says. */
    get bitsPerLatent() {
      if (!this.#bits) this.#code(null);
      return this.#bits;
    }

    get codedBits() {
      return this.bitsPerLatent.reduce((a, b) => a + b, 0);
    }

    #code(coder) {
      const { width, height, latents } = this, context = this.#context, bits = new Float32Array(latents.length);
      // Beyond the grid all are 0: two rows above, and four columns between the end of a row and the next one's start.
      const stride = width + 4, grid = new Int16Array((height + 2) * stride + 4);
      const placeOf = (r, c) => (r + 2) * stride + 4 + c;
      const offsets = Int32Array.from(NEIGHBOURS, ([dy, dx]) => dy * stride + dx);
      const longest = Math.min(height, (width + 1) >> 1);
      const [means, scales, distances, going] = [0, 0, 0, 0].map(() => new Int32Array(longest));
      for (let t = 0; t < width + 2 * (height - 1); t++) {
        const top = Math.max(0, (t - width + 2) >> 1), count = Math.min(height - 1, t >> 1) - top + 1;
        let far = 0;
        for (let i = 0; i < count; i++) {
          const c = t - 2 * (top + i), place = placeOf(top + i, c), index = (top + i) * width + c;
          context.distribution(grid, place, offsets);
          const { mean, scale } = context, z = (mean + 16) >> 5, table = nearTable(scale, mean - 32 * z);
          let k = coder ? coder.symbol(table) : cut(latents[index] - z, -8, 8) + 8;
          ensure(k >= 0, "payload", context.offset, "a context network and latents in range", INVALID_WORDS);
          bits[index] = bitsOf(table, k);
          means[i] = z;
          scales[i] = scale;
          distances[i] = k - 8;
          if (k === 0 || k === 16) going[far++] = i;
        }
        while (far > 0) {
          const round = far;
          far = 0;
          for (let n = 0; n < round; n++) {
            const i = going[n], index = (top + i) * width + t - 2 * (top + i), table = farTable(scales[i]);
            const missing = Math.abs(latents[index] - means[i]) - Math.abs(distances[i]);
            const k = coder ? coder.symbol(table) : Math.min(missing, 8);
            ensure(k >= 0, "payload", context.offset, "a context network and latents in range", INVALID_WORDS);
            bits[index] += bitsOf(table, k);
            distances[i] += distances[i] > 0 ? k : -k;
            context.requireLatent(Math.abs(distances[i]) <= 2046);
            if (k === 8) going[far++] = i;
          }
        }
        for (let i = 0; i < count; i++) {
          const c = t - 2 * (top + i), latent = means[i] + distances[i];
          context.requireLatent(Math.abs(latent) <= LARGEST_LATENT);
          grid[placeOf(top + i, c)] = latents[(top + i) * width + c] = latent;
        }
      }
      this.#bits = bits;
    }
  }

  const SQUARE = 256; // the side of what is synthesized together

  /** Grids, and how they become samples: their own ones, which are kept. */
  class Pyramid {
    constructor(file, h, parameters, gridsOf) {
      const { width, height, channels } = file, { levels } = h;
      Object.assign(this, { file, h, parameters, width, height, channels, levels });
      const context = new Context(h, parameters.context, file.payload);
      const sizes = Array.from({ length: levels }, (_, l) => [width, height].map((side) => Math.ceil(side / 2 ** l)));
      this.sizes = sizes.map(([columns, rows]) => ({ columns, rows }));
      this.grids = [];
      for (let l = levels - 1; l >= 0; l--) this.grids[l] = new Grid(l, ...sizes[l], context, ...gridsOf(l));
      this.kernels = split(parameters.upsampling, upsamplingShapes(levels));
      const planes = [...Array(levels).fill(LARGEST_PLANE), 4096];
      const hidden = Array(h.synthesis_features).fill(LARGEST_HIDDEN);
      for (const u of this.kernels) requireExact("upsampling", largestSum(u, Array(u.columns).fill(LARGEST_PLANE)));
      this.filter = this.kernels.pop().values;
      const synthesis = split(parameters.synthesis, synthesisShapes(h, levels, channels));
      const [s0, s1, s2, s3] = synthesis;
      const sum = largestSum(s1, hidden) + largestSum(s2, planes);
      const around = largestSum(s3, Array(9 * channels).fill(LARGEST_PLANE));
      requireExact("synthesis", sum + Math.max(largestSum(s0, planes), sum, around));
      this.synthesis = synthesis.map(({ values }) => values);
    }

    withLatents(level, latents) {
      return new Pyramid(this.file, this.h, this.parameters, (l) => [l === level ? latents : this.grids[l].latents]);
    }

    /** Writes the samples of an area: each axis picks samples with weights. */
    paint({ left, top, width, height, virtualWidth, virtualHeight }, colour, channels, out) {
      const x = tapsOf(left, width, virtualWidth, this.width), y = tapsOf(top, height, virtualHeight, this.height);
      this.synthesize(x, y, colour);
      const { samples } = this, stride = this.width * channels, { most } = colour;
      for (let r = 0, to = 0; r < height; r++)
        for (let c = 0; c < width; c++)
          for (let k = 0; k < channels; k++, to++) {
            if (x.count === 1 && y.count === 1) {
              out[to] = samples[y.places[r] * stride + x.places[c] * channels + k];
              continue;
            }
            // Products of both weights and a sample leave 2**53: above the lowest 22 bits, and these.
            let high = 0, low = 0;
            for (let i = r * y.count; i < (r + 1) * y.count; i++) {
              let sum = 0;
              for (let j = c * x.count; j < (c + 1) * x.count; j++)
                sum += x.weights[j] * samples[y.places[i] * stride + x.places[j] * channels + k];
              const above = Math.floor(sum / 2 ** 22);
              high += y.weights[i] * above;
              low += y.weights[i] * (sum - above * 2 ** 22);
            }
            out[to] = cut(Math.floor((high + Math.floor((low + 2 ** 43) / 2 ** 22)) / 2 ** 22), 0, most);
          }
    }

    /** Makes sure of the samples that two axes pick. */
    synthesize(x, y, colour) {
      const across = Math.ceil(this.width / SQUARE), down = Math.ceil(this.height / SQUARE);
      this.samples ??= new (colour.most === 255 ? Uint8Array : Uint16Array)(this.width * this.height * this.channels);
      this.done ??= new Uint8Array(across * down);
      const squares = ({ places }) => new Set(Array.from(places, (place) => Math.floor(place / SQUARE)));
      const columns = squares(x);
      for (const row of squares(y))
        for (const column of columns)
          if (!this.done[row * across + column]) {
            const top = row * SQUARE, left = column * SQUARE;
            const bottom = Math.min(top + SQUARE, this.height), right = Math.min(left + SQUARE, this.width);
            this.fill({ top, bottom, left, right }, colour);
            this.done[row * across + column] = 1;
          }
    }

    /** The samples of a window. */
    fill(window, colour) {
      const { width, height, channels } = this, { top, bottom, left, right } = window;
      const outer = { top: Math.max(0, top - 1), bottom: Math.min(height, bottom + 1) };
      Object.assign(outer, { left: Math.max(0, left - 1), right: Math.min(width, right + 1) });
      const t = synthesized(this.planes(outer), outer, window, this.synthesis, channels);
      for (let r = top, from = 0; r < bottom; r++)
        for (let c = left; c < right; c++, from += channels)
          colour.write(t, from, this.samples, (r * width + c) * channels);
    }

    /** All planes' numbers in a window. */
    planes(window) {
      const windows = [window];
      for (const { columns, rows } of this.sizes.slice(1)) {
        const finer = windows.at(-1);
        const [top, bottom] = covered(finer.top, finer.bottom, rows);
        const [left, right] = covered(finer.left, finer.right, columns);
        windows.push({ top, bottom, left, right });
      }
      return this.grids.map(({ latents, width }, level) => {
        if (level === 0) return filtered(latents, this.sizes[0], window, this.filter);
        const { top, bottom, left, right } = windows[level], plane = new Float64Array((bottom - top) * (right - left));
        for (let r = top, to = 0; r < bottom; r++)
          for (let c = left; c < right; c++, to++) plane[to] = latents[r * width + c] * 4096;
        let found = plane;
        for (let l = level - 1; l >= 0; l--)
          found = doubled(found, windows[l + 1], windows[l], this.sizes[l + 1], this.kernels[l].values);
        return found;
      });
    }
  }

  /**
   * The outputs of the pixels of a window, from planes of an outer one: it has a pixel more on every side, but where
   * the picture ends and its last pixels go on.
   */
  function synthesized(planes, outer, { top, bottom, left, right }, [s0, s1, s2, s3], channels) {
    const levels = planes.length, L = levels + 1, n = s1.length / channels, columns = outer.right - outer.left;
    const count = planes[0].length, p = new Float64Array(L), around = new Float64Array(9 * channels);
    const q = new Float64Array(count * channels), g = new Float64Array(count * channels);
    p[levels] = 4096;
    for (let place = 0, to = 0; place < count; place++, to += channels) {
      for (let l = 0; l < levels; l++) p[l] = planes[l][place];
      for (let k = 0; k < channels; k++) {
        let sum = 0;
        for (let l = 0; l < L; l++) sum += s2[k * L + l] * p[l];
        q[to + k] = sum;
      }
      for (let i = 0; i < n; i++) {
        let sum = 2 ** 19;
        for (let l = 0, w = i * L; l < L; l++, w++) sum += s0[w] * p[l];
        const h = cut(Math.floor(sum / 2 ** 20), 0, LARGEST_HIDDEN);
        for (let k = 0; k < channels; k++) q[to + k] += s1[k * n + i] * h;
      }
      for (let k = 0; k < channels; k++)
        g[to + k] = cut(Math.floor((q[to + k] + 2048) / 4096), -LARGEST_PLANE, LARGEST_PLANE);
    }
    const t = new Float64Array((bottom - top) * (right - left) * channels);
    for (let r = top, to = 0; r < bottom; r++)
      for (let c = left; c < right; c++) {
        for (let j = 0, m = 0; j < 9; j++) {
          const y = cut(r + Math.floor(j / 3) - 1, outer.top, outer.bottom - 1) - outer.top;
          const place = y * columns + cut(c + (j % 3) - 1, outer.left, outer.right - 1) - outer.left;
          for (let k = 0; k < channels; k++, m++) around[m] = g[place * channels + k];
        }
        const centre = ((r - outer.top) * columns + c - outer.left) * channels;
        for (let k = 0; k < channels; k++, to++) {
          let sum = 128;
          for (let m = 0, w = k * around.length; m < around.length; m++, w++) sum += s3[w] * around[m];
          t[to] = q[centre + k] + Math.floor(sum / 256);
        }
      }
    return t;
  }

  /** The first plane in a window: its latents under a filter, the last ones going on beyond the grid. */
  function filtered(latents, { rows, columns }, { top, bottom, left, right }, m) {
    const found = new Float64Array((bottom - top) * (right - left));
    for (let r = top, to = 0; r < bottom; r++)
      for (let c = left; c < right; c++, to++) {
        let sum = 128;
        for (let j = 0; j < 9; j++) {
          const y = cut(r + Math.floor(j / 3) - 1, 0, rows - 1), x = cut(c + (j % 3) - 1, 0, columns - 1);
          sum += m[j] * latents[y * columns + x];
        }
        found[to] = cut(Math.floor(sum / 256), -LARGEST_PLANE, LARGEST_PLANE);
      }
    return found;
  }

  /** The coarser places behind first..stop of an axis. */
  const covered = (first, stop, size) => [Math.max(0, (first >> 1) - 2), Math.min(size, ((stop - 1) >> 1) + 3)];

  /** A plane's window in twice the size: each column, then each row. */
  function doubled(plane, from, to, { rows, columns }, u) {
    const width = from.right - from.left, wide = to.right - to.left, high = to.bottom - to.top;
    const tall = new Float64Array(high * width), found = new Float64Array(high * wide);
    const [u0, u1, u2, u3] = u;
    const around = (i, size) => {
      const step = i % 2 ? -1 : 1, first = (i >> 1) - 2 * step;
      return [0, 1, 2, 3].map((j) => cut(first + j * step, 0, size - 1));
    };
    const rounded = (sum) => cut(Math.floor((sum + 2 ** 19) / 2 ** 20), -LARGEST_PLANE, LARGEST_PLANE);
    for (let r = 0; r < high; r++) {
      const [x0, x1, x2, x3] = around(to.top + r, rows).map((place) => (place - from.top) * width);
      for (let c = 0; c < width; c++) {
        const sum = u0 * plane[x0 + c] + u1 * plane[x1 + c] + u2 * plane[x2 + c] + u3 * plane[x3 + c];
        tall[r * width + c] = rounded(sum);
      }
    }
    for (let c = 0; c < wide; c++) {
      const [x0, x1, x2, x3] = around(to.left + c, columns).map((place) => place - from.left);
      for (let r = 0, x = 0; r < high; r++, x += width)
        found[r * wide + c] = rounded(u0 * tall[x + x0] + u1 * tall[x + x1] + u2 * tall[x + x2] + u3 * tall[x + x3]);
    }
    return found;
  }

  /** Which samples of p pixels i..i + count of n take, and their weights, which add up to 2**22. */
  function tapsOf(start, count, n, p) {
    if (n <= p) {
      // Its own, or where it is smaller the one at the middle: what shrinking is the page leaves to decoders.
      const places = Int32Array.from({ length: count }, (_, i) => Math.floor(((2 * (start + i) + 1) * p) / (2 * n)));
      return { count: 1, places, weights: new Float64Array(count).fill(2 ** 22) };
    }
    const places = new Int32Array(4 * count), weights = new Float64Array(4 * count);
    for (let i = 0; i < count; i++) {
      const q = (2 * (start + i) + 1) * p - n, j = Math.floor(q / (2 * n));
      const g = nearest((q - 2 * n * j) * 128, 2 * n), h = 128 - g;
      const spline = [-g * h * h, 2 ** 22 - g * g * (640 - 3 * g), 2 ** 22 - h * h * (640 - 3 * h), -h * g * g];
      for (let tap = 0; tap < 4; tap++) {
        places[4 * i + tap] = cut(j - 1 + tap, 0, p - 1);
        weights[4 * i + tap] = spline[tap];
      }
    }
    return { count: 4, places, weights };
  }

  // Representations: hyperparameters, tensors in the file's order, and the function.

  const tensor = (name, rows, columns) => ({ name, rows, shape: columns ? [rows, columns] : [rows], isBias: !columns });

  function perceptron(widths, first, hasBiases = true) {
    return widths.slice(1).flatMap((rows, i) => {
      const weight = tensor(`weight${first + i}`, rows, widths[i]);
      return hasBiases ? [weight, tensor(`bias${first + i}`, rows)] : [weight];
    });
  }

  const widthsOf = (h, inputs, channels) => [inputs, ...Array(h.hidden_layers).fill(h.hidden_features), channels];

  /** The layers of a perceptron; `inputs`: the largest integer that the first one is applied to. */
  function layersOf(tensors, parameters, inputs, activationOf) {
    const weights = tensors.filter(({ name }) => name.startsWith("weight"));
    let largest = inputs;
    return weights.map(({ name, shape: [rows, columns] }, i) => {
      const after = i + 1 < weights.length ? activationOf(rows) : undefined;
      const biases = parameters[name.replace("weight", "bias")];
      const layer = new Layer(name, parameters[name], biases, rows, columns, largest, after);
      largest = after?.largest;
      return layer;
    });
  }

  function networkOf(features, tensors, parameters, activationOf) {
    const [first, ...others] = layersOf(tensors, parameters, 2 ** 20, activationOf);
    return new Network(new Coordinates(features, first), others);
  }

  const ofCoordinates = (features, activationOf) => ({
    tensors: (h, channels) => perceptron(widthsOf(h, 2 * features(h).count, channels), 0),
    make: (h, channels, tensors, parameters) => networkOf(features(h), tensors, parameters, () => activationOf(h)),
  });

  /** The layer of `fourier` that does not travel. */
  function frozenLayer({ projections: P, deviation, projection_seed: seed }) {
    const weights = new Float64Array(4 * P), biases = new Float64Array(2 * P), z = normalNumbers(seed, 2 * P);
    z.forEach((number, i) => (weights[i] = weights[2 * P + i] = Math.floor((number * deviation * 8) / 10)));
    biases.fill(2 ** 18, P);
    return new Layer("weight0", weights, biases, 2 * P, 2, 2 ** 20, activation("sine"));
  }

  /** Frozen numbers (SplitMix64), summed in twelves. */
  function normalNumbers(seed, count) {
    const wrap = (number) => BigInt.asUintN(64, number);
    let state = BigInt(seed);
    return Array.from({ length: count }, () => {
      let total = -6 * 65535;
      for (let i = 0; i < 12; i++) {
        state = wrap(state + 0x9e3779b97f4a7c15n);
        let v = wrap((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
        v = wrap((v ^ (v >> 27n)) * 0x94d049bb133111ebn);
        total += Number((v ^ (v >> 31n)) >> 48n);
      }
      return total;
    });
  }

  /** Neurons of the layers of `nif`. */
  function nifWidths({ hidden_features: n, last_features: last, hidden_layers: L, exponent }) {
    return Array.from({ length: L }, (_, i) => {
      const steps = BigInt(Math.max(L - 1, 1)) ** BigInt(exponent), most = BigInt(i) ** BigInt(exponent) << 160n;
      let q = 0;
      for (let bit = 65536; bit >= 1; bit /= 2) {
        if (q + bit <= 65536 && BigInt(q + bit) ** 10n * steps <= most) q += bit;
      }
      return n + Math.floor(((last - n) * q + 2 ** 15) / 65536);
    });
  }

  const cellsOf = ({ coarsest, growth, levels }) =>
    Array.from({ length: levels }, (_, l) => {
      const cells = (BigInt(coarsest) * BigInt(growth) ** BigInt(l)) / 10n ** BigInt(l);
      return cells < 65536n ? Number(cells) : 65536;
    });

  const hashTables = (h) =>
    cellsOf(h).map((c, l) => tensor(`table${l}`, Math.min((c + 1) ** 2, 2 ** h.table_bits), h.table_features));

  const REPRESENTATIONS = {
    1: { name: "siren", fields: [...PERCEPTRON, ACTIVATION], ...ofCoordinates(bare, (h) => activation(h.activation)) },
    2: {
      name: "positional",
      fields: [...PERCEPTRON, ACTIVATION, FREQUENCIES, BASE],
      ...ofCoordinates((h) => positional(h.frequencies, h.base), (h) => activation(h.activation)),
    },
    3: {
      name: "fourier",
      fields: [...PERCEPTRON, ["projections", 1, 512], ["deviation", 1, 1000, tenths], ["projection_seed", 0, 65535]],
      tensors: (h, channels) => perceptron(widthsOf(h, 2 * h.projections, channels), 1),
      frozen: (h) => 6 * h.projections,
      make: (h, channels, tensors, parameters) => {
        const layers = layersOf(tensors, parameters, 4096, () => activation("relu"));
        return new Network(new Coordinates(bare(), frozenLayer(h)), layers);
      },
    },
    4: {
      name: "nif",
      fields: [
        ["hidden_features", 1, 1024],
        ["last_features", 1, 1024],
        ["hidden_layers", 1, 16],
        ["exponent", 1, 99, tenths],
        FREQUENCIES,
        BASE,
      ],
      tensors: (h, channels) => perceptron([2 * (1 + 2 * h.frequencies), ...nifWidths(h), channels], 0, false),
      frozen: (h) => 2 * nifWidths(h).reduce((a, b) => a + b), // a rate and a phase of every neuron
      make: (h, channels, tensors, parameters) =>
        networkOf(positional(h.frequencies, h.base), tensors, parameters, (rows) => new Modulated(rows)),
    },
    5: {
      name: "hash_grid",
      fields: [
        ...PERCEPTRON,
        ["levels", 1, 16],
        ["table_bits", 2, 16],
        ["table_features", 1, 8],
        ["coarsest", 1, 1024],
        ["growth", 11, 40, tenths],
      ],
      tensors: (h, channels) => [
        ...hashTables(h),
        ...perceptron(widthsOf(h, h.levels * h.table_features, channels), 1),
      ],
      make: (h, channels, tensors, parameters) => {
        const names = hashTables(h).map(({ name }) => name), tables = names.map((name) => parameters[name]);
        const grid = new HashGrid(cellsOf(h), tables, names, h.table_features);
        return new Network(grid, layersOf(tensors, parameters, 32767, () => activation("relu")));
      },
    },
    6: {
      name: "pyramid",
      hasGrids: true,
      fields: [
        ["levels", 1, 12],
        ["neighbours", 1, 16],
        ["context_features", 1, 64],
        ["synthesis_features", 1, 128],
        ...PRIOR,
      ],
      tensors: (h, channels) => {
        const counts = { context: numbersOf(contextShapes(h)) };
        counts.synthesis = numbersOf(synthesisShapes(h, h.levels, channels));
        counts.upsampling = numbersOf(upsamplingShapes(h.levels));
        return Object.entries(counts).map(([name, count]) => ({ name, rows: count, shape: [count] }));
      },
      bases: (h) => {
        const doublings = Array(h.levels - 1).fill([-9, 67, 225, -27]).flat().map((tap) => tap * 4096);
        return { upsampling: [...doublings, 0, 0, 0, 0, 2 ** 20, 0, 0, 0, 0] };
      },
      learnt: (h, channels, of, expect) => {
        const { levels } = h, size = `it has 9 grids, not ${levels}`;
        expect(levels <= 9, `prior ${h.prior} is of another size: ${size}`);
        const found = (name, shapes) => shapes.map((shape, i) => of(`${name}${i}`, shape));
        const context = found("context", contextShapes(h)), synthesis = found("synthesis", synthesisShapes(h, 9, 3));
        // Of the columns of s0 and s2, ten a row, the first ones and the last one.
        const finest = (values, i) => (i % 2 ? values : values.filter((_, j) => j % 10 < levels || j % 10 === 9));
        const bases = { context: context.flatMap((values) => Array.from(values)) };
        bases.upsampling = [...of("upsampling", [8, 4]).slice(0, 4 * (levels - 1)), ...of("filter", [1, 9])];
        if (channels === 3) bases.synthesis = synthesis.flatMap((values, i) => Array.from(finest(values, i)));
        return bases;
      },
      make: (h, channels, tensors, parameters, file, other) =>
        new Pyramid(file, h, parameters, (l) => (other ? [other.grids[l].latents] : [undefined, file.coder])),
    },
    7: {
      name: "meta",
      fields: [...PERCEPTRON, FREQUENCIES, ...PRIOR],
      ...ofCoordinates((h) => positional(h.frequencies, 140), () => activation("sine")),
      learnt: (h, channels, of, expect) => {
        // Of three channels first: the prior's own fault comes before the file's.
        const shapes = (n) => perceptron(widthsOf(h, 2 + 4 * h.frequencies, n), 0);
        const bases = Object.fromEntries(shapes(3).map(({ name, shape }) => [name, of(name, shape)]));
        expect(channels === 3, `prior ${h.prior} is of pictures of 3 channels, not of ${channels}`);
        return bases;
      },
    },
  };

  // From outputs to samples.

  /** Writes pixels' outputs t as samples. */
  class Colour {
    constructor(name, means, sampleBits) {
      this.isYcbcr = name.startsWith("ycbcr");
      this.means = means.map((mean) => mean * 2 ** 24);
      this.most = 2 ** sampleBits - 1;
      this.values = new Float64Array(means.length);
    }

    write(t, from, out, to) {
      const { values, means, most } = this, channels = means.length;
      for (let k = 0; k < channels; k++) values[k] = cut(t[from + k], -(2 ** 33), 2 ** 33) + means[k];
      if (this.isYcbcr) {
        const y = values[0], cb = values[1] - 2 ** 31, cr = values[2] - 2 ** 31;
        values[0] = y + Math.floor((91881 * cr + 32768) / 65536);
        values[1] = y - Math.floor((22554 * cb + 46802 * cr + 32768) / 65536);
        values[2] = y + Math.floor((116130 * cb + 32768) / 65536);
      }
      for (let k = 0; k < channels; k++)
        out[to + k] = Math.floor((most * cut(values[k], 0, 2 ** 32) + 2 ** 31) / 2 ** 32);
    }
  }

  // Pictures.

  /**
   * A parsed file, ready to be looked at.
   *
   * width, height, channels, sampleBits, colour, rule, bits, representation: what the header says, lists by name.
   * hyperparameters: by name. bytes: of the file. sections: [{name, offset, bytes}]. macsPerPixel: multiply-adds.
   * tensors: [{name, shape, rule, bits, model, symbols: Int32Array, codedBits}]; codedBits: under their frequencies.
   * grids: of a pyramid [{level, width, height, latents: Int16Array, codedBits, bitsPerLatent: Float32Array}].
   */
  class Picture {
    #file;
    #function;

    constructor(file, made) {
      this.#file = file;
      this.#function = made;
      const { width, height, channels, sampleBits, colour, rule, bits, representation, bytes, sections } = file;
      Object.assign(this, { width, height, channels, sampleBits, colour, rule, bits, bytes, sections });
      this.representation = representation.name;
      this.hyperparameters = file.shown;
      this.macsPerPixel = file.macsPerPixel;
      this.tensors = file.tensors.map(({ name, shape, rule, bits, model, symbols, codedBits }) => ({
        name,
        shape,
        rule,
        bits,
        model,
        symbols,
        codedBits,
      }));
      this.grids = made.grids ?? [];
    }

    /**
     * The samples, channels together, rows from the top.
     *
     * @param {{left, top, width, height, virtualWidth, virtualHeight}} [view] an area in pixels of the picture as if
     *   it had virtualWidth x virtualHeight of them; without it the whole picture at its own size. A function of
     *   coordinates is evaluated at these pixels' centres; a pyramid's own samples are interpolated to be more, and
     *   picked to be fewer.
     * @returns {Uint8Array | Uint16Array}
     * @throws {RangeError} the area is not inside the picture
     */
    samples(view = {}) {
      const area = { left: 0, top: 0, virtualWidth: this.width, virtualHeight: this.height, ...view };
      area.width ??= area.virtualWidth - area.left;
      area.height ??= area.virtualHeight - area.top;
      requireInside(area);
      requirePixels(area.width * area.height, this.#file.maxPixels);
      const { channels, sampleBits } = this, { width, height } = area;
      const out = new (sampleBits === 8 ? Uint8Array : Uint16Array)(width * height * channels);
      const colour = new Colour(this.colour, this.#file.means, sampleBits);
      this.#function.paint(area, colour, channels, out);
      return out;
    }

    /** The same as RGBA of 8 bits, for a canvas. */
    rgba(view) {
      const samples = this.samples(view), { channels, sampleBits } = this, pixels = samples.length / channels;
      const out = new Uint8ClampedArray(4 * pixels).fill(255), isGrey = channels < 3;
      for (let p = 0; p < pixels; p++)
        for (let k = 0; k < 4; k++) {
          const channel = k === 3 ? (channels % 2 ? -1 : channels - 1) : isGrey ? 0 : k;
          if (channel >= 0) out[4 * p + k] = samples[p * channels + channel] / (sampleBits === 8 ? 1 : 257);
        }
      return out;
    }

    /** The same file with other symbols of a tensor; not coded again: codedBits are what its model would take. */
    withSymbols(index, symbols) {
      requireCount(symbols, this.tensors[index].symbols.length);
      const tensors = this.#file.tensors.map((tensor, i) => (i === index ? withBits({ ...tensor, symbols }) : tensor));
      const file = { ...this.#file, tensors };
      return new Picture(file, functionOf(file, this.#function));
    }

    /** The same file with other latents of a level. */
    withLatents(level, latents) {
      requireCount(latents, this.grids[level].latents.length);
      return new Picture(this.#file, this.#function.withLatents(level, latents));
    }
  }

  function requireInside({ left, top, width, height, virtualWidth, virtualHeight }) {
    const areWhole = [left, top, width, height, virtualWidth, virtualHeight].every(Number.isInteger);
    const isInside = left >= 0 && top >= 0 && left + width <= virtualWidth && top + height <= virtualHeight;
    if (areWhole && isInside && width > 0 && height > 0) return;
    throw new RangeError("the view is empty or outside the picture");
  }

  function requireCount({ length }, count) {
    if (length !== count) throw new RangeError(`${count} integers are wanted, not ${length}`);
  }

  function requirePixels(found, most) {
    ensure(found <= most, "limits", 0, `at most ${most} pixels`, found);
  }

  /** The tensor, and what its symbols cost under its frequencies. */
  function withBits(tensor, { lowest, table } = frequencies(tensor)) {
    return { ...tensor, codedBits: tensor.symbols.reduce((sum, s) => sum + bitsOf(table, s - lowest), 0) };
  }

  /** The function of a file, which another of the same file may lend its latents. */
  function functionOf(file, other) {
    const { representation, numbers, channels, tensors } = file;
    const parameters = Object.fromEntries(tensors.map((tensor) => [tensor.name, parametersOf(tensor)]));
    return representation.make(numbers, channels, tensors, parameters, file, other);
  }

  // Priors.

  const priors = {};

  /** The digest of a prior, of all its numbers by name. */
  function digestOf(arrays) {
    const numbers = Object.keys(arrays).sort().flatMap((name) => Array.from(arrays[name].values));
    return sha256(new Uint8Array(Uint32Array.from(numbers).buffer))[0];
  }

  /** SHA-256 (FIPS 180-4) as eight numbers. The browser's own is asynchronous, and not there in pages from disk. */
  function sha256(bytes) {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
    const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
    const rounds = primes.map((prime) => fraction(Math.cbrt(prime)) | 0);
    const state = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
    const turned = (x, n) => (x >>> n) | (x << (32 - n));
    const message = new DataView(new ArrayBuffer((Math.floor((bytes.length + 8) / 64) + 1) * 64));
    bytes.forEach((byte, i) => message.setUint8(i, byte));
    message.setUint8(bytes.length, 128);
    message.setUint32(message.byteLength - 4, bytes.length * 8);
    const w = new Int32Array(64);
    for (let block = 0; block < message.byteLength; block += 64) {
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        if (i < 16) w[i] = message.getInt32(block + 4 * i);
        else {
          const s0 = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
          const s1 = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
          w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        const t1 = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i];
        const t2 = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] += value));
    }
    return state;
  }

  /** The bases of tensors by name; a prior that is not what the file says is refused. */
  function basesOf(representation, h, channels, known, offset) {
    const { prior, prior_digest: given } = h;
    const words = ["hyperparameters", offset, `settings of ${representation.name}`];
    const expect = (condition, found) => ensure(condition, ...words, found);
    if (!prior) {
      expect(!given, `prior 0 has digest ${hex8(0)} here, ${hex8(given)} is wanted`);
      return representation.bases?.(h) ?? {};
    }
    const arrays = known[prior];
    if (!arrays) throw Object.assign(new Refused(...words, `prior ${prior} is not installed`), { prior });
    const digest = digestOf(arrays);
    expect(given === digest || !given, `prior ${prior} has digest ${hex8(digest)} here, ${hex8(given)} is wanted`);
    const of = (name, shape) => {
      expect(arrays[name], `prior ${prior} is of another representation: it has no ${name}`);
      const sizes = [arrays[name].shape, shape].map((size) => size.join("x"));
      const found = `its ${name} is ${sizes[0]}, ${sizes[1]} is wanted`;
      expect(sizes[0] === sizes[1], `prior ${prior} is of another size: ${found}`);
      return arrays[name].values;
    };
    const bases = representation.learnt(h, channels, of, expect);
    ensure(given === digest, "hyperparameters", offset, `prior_digest ${digest}`, given);
    return bases;
  }

  // Files.

  /**
   * Check a file and decode its parameters.
   *
   * @param {Uint8Array} bytes the file
   * @param {{priors, maxPixels}} [options] priors: those that files may name, {number: {name: {shape, values}}}, beside
   *   those of `addPrior`; maxPixels: of a picture of latents, and of any view.
   * @returns {Picture}
   * @throws {Refused} with a property `prior`, its number, where the file names one that is not there
   */
  function parse(bytes, { priors: own = {}, maxPixels = MAXIMUM_PIXELS } = {}) {
    requireSound(bytes);
    const reader = new Reader(bytes, MAGIC.length, bytes.length - 4);
    const file = { bytes: bytes.length, maxPixels, ...readPicture(reader), ...readFunction(reader) };
    readHyperparameters(reader, file, { ...priors, ...own });
    readExceptions(reader, file);
    file.sections = [{ name: "header", offset: 0, bytes: reader.offset }];
    for (const one of file.tensors) {
      const offset = reader.offset;
      readTensor(reader, one);
      file.sections.push({ name: `tensor ${one.name}`, offset, bytes: reader.offset - offset });
    }
    const size = reader.end - reader.offset;
    ensure(size % 4 === 0, "payload", reader.offset, "whole 32-bit words", `${size} bytes`);
    file.sections.push({ name: "payload", offset: reader.offset, bytes: size });
    file.sections.push({ name: "checksum", offset: reader.end, bytes: 4 });
    file.payload = reader.offset;
    if (file.representation.hasGrids) requirePixels(file.width * file.height, maxPixels);
    file.coder = new RangeDecoder(bytes.subarray(reader.offset, reader.end));
    file.tensors = file.tensors.map((one) => decodeSymbols(file, one));
    return new Picture(file, functionOf(file));
  }

  function requireSound(bytes) {
    const begin = Array.from(bytes.subarray(0, 4)), end = Math.max(bytes.length - 4, 0);
    const hex = (numbers) => numbers.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    ensure(hex(begin) === hex(MAGIC), "magic", 0, hex(MAGIC), hex(begin) || "nothing");
    const stored = bytes.subarray(end).reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
    const computed = crc32(bytes.subarray(0, end));
    const isRight = end >= MAGIC.length && stored === computed;
    ensure(isRight, "checksum", end, hex8(computed), `${hex8(stored)}: damaged or cut short`);
  }

  function readPicture(reader) {
    const u8 = (...field) => reader.u8("header", ...field);
    u8("version", 1, 1);
    const width = reader.varint("header", "width", 1, 2 ** 20), height = reader.varint("header", "height", 1, 2 ** 20);
    const channels = u8("channels", 1, 4), sampleBits = u8("sample_bits", 8, 16, 8);
    const colour = COLOURS[u8("colour", 0, COLOURS.length - 1)];
    const isPossible = channels >= 3 || !colour.startsWith("ycbcr");
    ensure(isPossible, "header", reader.offset - 1, "a colour of grey pictures", colour);
    const means = Array.from({ length: channels }, () => (colour.endsWith("_mean") ? u8("mean", 0, 255) : 128));
    return { width, height, channels, sampleBits, colour, means };
  }

  function readFunction(reader) {
    const rule = RULES[reader.u8("header", "rule", 0, RULES.length - 1)], bits = reader.u8("header", "bits", 2, 16);
    const number = reader.u8("header", "representation", 1, 255), representation = REPRESENTATIONS[number];
    if (number === 255) refuseModule(reader);
    const known = Object.entries(REPRESENTATIONS).map(([n, { name }]) => `${n} (${name})`).join(", ");
    const expected = `a representation among ${known}, 255 (module)`;
    ensure(representation, "header", reader.offset - 1, expected, number);
    return { rule, bits, representation };
  }

  function refuseModule(reader) {
    reader.varint("hyperparameters", "channels", 1, 4);
    const [name] = [["class_name", 80], ["settings", 1000], ["shapes", 8000]].map((field) =>
      reader.text("hyperparameters", ...field),
    );
    throw new Refused("representation", 0, `the class ${name}, for this file is not portable`, "none given");
  }

  function readHyperparameters(reader, file, known) {
    const { representation, channels } = file, begin = reader.offset, numbers = {}, shown = {};
    for (const [name, low, high, show] of representation.fields) {
      const number = reader.varint("hyperparameters", name, low, high);
      shown[name] = show ? show(number) : number;
      numbers[name] = name === "activation" ? shown[name] : number;
    }
    const bases = representation.learnt ? basesOf(representation, numbers, channels, known, begin) : {};
    const tensors = representation.tensors(numbers, channels).map((one) => ({ ...one, base: bases[one.name] }));
    const counts = tensors.map(({ shape }) => shape.reduce((a, b) => a * b));
    const total = counts.reduce((a, b) => a + b);
    const limit = `at most ${MAXIMUM_PARAMETERS} parameters`;
    ensure(total <= MAXIMUM_PARAMETERS, "hyperparameters", reader.offset, limit, total);
    // Of a table a sample takes four rows, of all others every number.
    const macs = tensors.map(({ name, shape }, i) => (name.startsWith("table") ? 4 * shape[1] : counts[i]));
    const macsPerPixel = macs.reduce((a, b) => a + b) + (representation.frozen?.(numbers) ?? 0);
    Object.assign(file, { numbers, shown, tensors, macsPerPixel });
  }

  /** The rule and depth of every tensor. */
  function readExceptions(reader, file) {
    const { rule, bits, tensors } = file, exceptions = {}, u8 = (...field) => reader.u8("exceptions", ...field);
    let last = -1;
    for (let left = u8("exceptions", 0, 255); left > 0; left--) {
      last = u8("tensor", last + 1, tensors.length - 1);
      exceptions[last] = { rule: RULES[u8("rule", 0, RULES.length - 1)], bits: u8("bits", 2, 20) };
    }
    file.tensors = tensors.map((one, place) => {
      const usual = one.isBias && rule !== "half" ? { rule: "uniform", bits: bits + 4 } : { rule, bits };
      const own = { ...one, ...(exceptions[place] ?? usual) };
      return own.rule === "half" ? { ...own, bits: 16 } : own;
    });
  }

  /** How a tensor is coded. */
  function readTensor(reader, one) {
    const section = `tensor ${one.name}`, begin = reader.offset, largest = 2 ** (one.bits - 1) - 1;
    const u8 = (...field) => reader.u8(section, ...field), varint = (...field) => reader.varint(section, ...field);
    const coding = u8("coding", 0, 32 * (MODELS.length - 1) + 24), model = MODELS[coding >> 5], shift = coding & 31;
    const most = one.rule === "half" ? 0 : 24;
    ensure(shift <= most, section, begin, `shift in 0..${most}`, shift);
    const rows = { half: 0, per_row: one.rows }[one.rule] ?? 1;
    const mantissas = Array.from({ length: rows }, () => u8("mantissa", 1, 255));
    const curve = one.rule === "companded" ? u8("curve", 0, 16) : 0;
    Object.assign(one, { largest, model, shift, mantissas, curve });
    if (model === "laplace" || model === "gaussian") one.scale = u8("scale", 0, 255);
    if (model === "histogram") {
      one.lowest = varint("lowest", 0, 2 * largest);
      const count = varint("symbols", 1, 2 * largest + 1 - one.lowest);
      one.counts = [];
      while (one.counts.length < count) one.counts.push(varint("count", 0, 16383));
    }
  }

  function decodeSymbols(file, one) {
    const { lowest, table } = frequencies(one);
    const symbols = new Int32Array(one.shape.reduce((a, b) => a * b)).fill(lowest);
    if (table.length > 2) {
      for (let i = 0; i < symbols.length; i++) {
        const k = file.coder.symbol(table);
        ensure(k >= 0, "payload", file.payload, "range-coded parameters", INVALID_WORDS);
        symbols[i] += k;
      }
    }
    return withBits({ ...one, symbols }, { lowest, table });
  }

  globalThis.inr = {
    parse,
    Picture,
    Refused,
    priors,
    addPrior: (number, arrays) => void (priors[number] = arrays),
    useWebAssembly: (isWanted) => void (isKernelWanted = isWanted),
    operations: { frequencies, RangeDecoder, doubled, filtered, synthesized }, // for tests of their integers
    source: `(${start})();\n`,
  };
})();
