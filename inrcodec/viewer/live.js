/**
 * Live figures of the chapters: every `<figure class="inr-live" data-live="KIND">` gets something to touch and
 * something that answers, below what it says without script. A classic script, so that pages work from disk too; it
 * finds what it needs beside itself when a figure comes into view: `live.css`, `decoder.js`, `example-NAME.js`,
 * `prior-NUMBER.js`.
 *
 * Nothing moves unless the reader asks. `globalThis.inrLive` has the parts that need no page.
 */
(() => {
  "use strict";

  const beside = document.currentScript.src.replace(/[^/]*$/, "");
  const examples = {};

  // Elements

  /** An element with properties (`aria-...`, `data-...` and SVG's as attributes) and children. */
  function make(name, properties = {}, ...children) {
    const drawn = ["svg", "path", "polyline", "polygon", "rect", "text", "line", "circle", "g"].includes(name);
    const element = drawn ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (drawn || key.includes("-")) element.setAttribute(key, value);
      else element[key] = value;
    }
    element.append(...children);
    return element;
  }

  /** A slider under its label, its value said in words: `{box, input}`. */
  function slider(label, low, high, value, inWords, onInput) {
    const said = make("output", {}, inWords(value));
    const input = make("input", { type: "range", min: low, max: high, step: 1, value });
    const say = () => {
      said.textContent = inWords(+input.value);
      input.setAttribute("aria-valuetext", said.textContent);
    };
    say();
    input.addEventListener("input", () => {
      say();
      onInput(+input.value);
    });
    return { input, box: make("label", { className: "inr-live-slider" }, make("span", {}, label, " ", said), input) };
  }

  const button = (label, onClick) => make("button", { type: "button", onclick: onClick }, label);

  /** What a figure answers in words; read aloud when it changes. */
  const answer = () => make("p", { className: "inr-live-answer", role: "status" });

  const row = (...children) => make("div", { className: "inr-live-row" }, ...children);

  /** Words over a bar that is a share of the line long. */
  function bar(words, share) {
    const length = make("span", { className: "inr-live-bar" });
    length.style.width = `${100 * share}%`;
    return make("span", { className: "inr-live-measure" }, words, length);
  }

  /** A picture with a caption: `{box, draw(rgba), canvas}`. */
  function panel(caption, width, height) {
    const canvas = make("canvas", { width, height, role: "img", "aria-label": caption });
    const draw = (rgba) => canvas.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
    return { canvas, draw, box: make("div", { className: "inr-live-panel" }, canvas, make("span", {}, caption)) };
  }

  // Data

  const loading = new Map();

  function load(name) {
    if (!loading.has(name)) {
      const arrives = new Promise((resolve, reject) => {
        const failed = () => reject(new Error(`${name} could not be loaded`));
        document.head.append(make("script", { src: beside + name, onload: resolve, onerror: failed }));
      });
      loading.set(name, arrives);
    }
    return loading.get(name);
  }

  /** An example's file, decoded to an `inr.Picture`. */
  async function file(name) {
    await Promise.all([load("decoder.js"), load(`example-${name}.js`)]);
    const bytes = Uint8Array.from(atob(examples[name].file), (character) => character.charCodeAt(0));
    try {
      return inr.parse(bytes);
    } catch (error) {
      if (!error.prior) throw error;
      await load(`prior-${error.prior}.js`);
      return inr.parse(bytes);
    }
  }

  /** An example's original: an ImageData. */
  async function original(name) {
    await load(`example-${name}.js`);
    const image = make("img", { src: examples[name].original });
    await image.decode();
    const canvas = make("canvas", { width: image.naturalWidth, height: image.naturalHeight });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }

  /** Decibels between the colours of two pictures of RGBA samples. */
  function psnr(a, b) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) if (i % 4 < 3) sum += (a[i] - b[i]) ** 2;
    return 10 * Math.log10((255 ** 2 * a.length * 0.75) / sum);
  }

  const number = (value, digits = 0) =>
    value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });

  /** Curves on axes that are named, as an SVG: `{svg, x(value), y(value), layer}`; curves go into the layer. */
  function axes(title, xName, yName, [x0, x1], [y0, y1], xTicks, yTicks) {
    const [width, height, left, right, bottom, top] = [360, 160, 28, 44, 32, 24];
    const x = (value) => left + ((value - x0) / (x1 - x0)) * (width - left - right);
    const y = (value) => height - bottom - ((value - y0) / (y1 - y0)) * (height - bottom - top);
    const layer = make("g");
    const box = `0 0 ${width} ${height}`;
    const svg = make("svg", { viewBox: box, class: "inr-live-plot", role: "img", "aria-label": title });
    const say = (x, y, anchor, words) => svg.append(make("text", { x, y, "text-anchor": anchor }, words));
    for (const tick of yTicks) {
      svg.append(make("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), class: "grid" }));
      say(left - 5, y(tick) + 4, "end", tick);
    }
    for (const tick of xTicks) say(x(tick), height - bottom + 14, "middle", tick);
    say(0, 10, "start", yName);
    say(width - right, height - 4, "end", xName);
    svg.append(layer);
    return { svg, x, y, layer };
  }

  const points = (plot, curve) => curve.map(([x, y]) => `${plot.x(x).toFixed(1)},${plot.y(y).toFixed(1)}`).join(" ");

  // Chapters 1 and 2: a SIREN is fitted in the page

  /**
   * A worker that fits a SIREN 2-32-32-3 (Sitzmann et al., NeurIPS 2020) to a picture: sines of omega (W a + b),
   * weights of hidden layers divided by omega at the start, Adam on batches of random pixels. It takes
   * `{pixels, width, height, omega, steps}`, pixels RGBA, and posts `{step, pixels, db}` now and then, db over the
   * whole picture.
   * Its text is the worker's source, so it uses nothing from outside.
   */
  function sirenWorker() {
    const [N, BATCH, RATE] = [32, 512, 0.003];
    let seed = 7;
    const random = () => {
      // mulberry32
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    onmessage = ({ data: { pixels, width, height, omega, steps } }) => {
      // All parameters in one array: layer by layer the weights, then the biases.
      const shapes = [[N, 2], [N, N], [3, N]];
      const starts = [];
      let size = 0;
      for (const [rows, columns] of shapes) {
        starts.push(size, size + rows * columns);
        size += rows * (columns + 1);
      }
      const [W1, B1, W2, B2, W3, B3] = starts;
      const values = new Float32Array(size);
      const uniform = (from, to, bound) => {
        for (let i = from; i < to; i++) values[i] = (2 * random() - 1) * bound;
      };
      uniform(W1, B1, 1 / 2);
      uniform(B1, W2, 1 / Math.sqrt(2));
      uniform(W2, B2, Math.sqrt(6 / N) / omega);
      uniform(B2, W3, 1 / Math.sqrt(N));
      uniform(W3, B3, Math.sqrt(6 / N) / omega);
      values.fill(0.5, B3);
      const [gradient, mean, square] = [0, 0, 0].map(() => new Float32Array(size));
      const [h1, slope1, d1, h2, slope2, d2] = [0, 0, 0, 0, 0, 0].map(() => new Float32Array(N));
      const out = new Float32Array(3);

      function forward(x, y) {
        for (let i = 0; i < N; i++) {
          const t = omega * (values[W1 + 2 * i] * x + values[W1 + 2 * i + 1] * y + values[B1 + i]);
          h1[i] = Math.sin(t);
          slope1[i] = omega * Math.cos(t);
        }
        for (let i = 0; i < N; i++) {
          let t = values[B2 + i];
          for (let j = 0; j < N; j++) t += values[W2 + N * i + j] * h1[j];
          h2[i] = Math.sin(omega * t);
          slope2[i] = omega * Math.cos(omega * t);
        }
        for (let c = 0; c < 3; c++) {
          out[c] = values[B3 + c];
          for (let j = 0; j < N; j++) out[c] += values[W3 + N * c + j] * h2[j];
        }
      }

      /** Adds one pixel's share of the gradient of the mean squared error. */
      function backward(x, y, pixel) {
        d1.fill(0);
        d2.fill(0);
        for (let c = 0; c < 3; c++) {
          const d = (2 * (out[c] - pixels[4 * pixel + c] / 255)) / (3 * BATCH);
          gradient[B3 + c] += d;
          for (let j = 0; j < N; j++) {
            gradient[W3 + N * c + j] += d * h2[j];
            d2[j] += d * values[W3 + N * c + j];
          }
        }
        for (let i = 0; i < N; i++) {
          const d = d2[i] * slope2[i];
          gradient[B2 + i] += d;
          for (let j = 0; j < N; j++) {
            gradient[W2 + N * i + j] += d * h1[j];
            d1[j] += d * values[W2 + N * i + j];
          }
        }
        for (let i = 0; i < N; i++) {
          const d = d1[i] * slope1[i];
          gradient[B1 + i] += d;
          gradient[W1 + 2 * i] += d * x;
          gradient[W1 + 2 * i + 1] += d * y;
        }
      }

      const place = (index, count) => (2 * index + 1 - count) / count;

      function adam(step) {
        gradient.fill(0);
        for (let k = 0; k < BATCH; k++) {
          const pixel = Math.floor(random() * width * height);
          const x = place(pixel % width, width);
          const y = place(Math.floor(pixel / width), height);
          forward(x, y);
          backward(x, y, pixel);
        }
        const rate = (RATE * Math.sqrt(1 - 0.99 ** step)) / (1 - 0.9 ** step);
        for (let i = 0; i < size; i++) {
          mean[i] += 0.1 * (gradient[i] - mean[i]);
          square[i] += 0.01 * (gradient[i] ** 2 - square[i]);
          values[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) + 1e-8);
        }
      }

      function look(step) {
        const drawn = new Uint8ClampedArray(4 * width * height);
        let sum = 0;
        for (let pixel = 0; pixel < width * height; pixel++) {
          forward(place(pixel % width, width), place(Math.floor(pixel / width), height));
          for (let c = 0; c < 3; c++) {
            drawn[4 * pixel + c] = 255 * out[c];
            sum += (drawn[4 * pixel + c] - pixels[4 * pixel + c]) ** 2;
          }
          drawn[4 * pixel + 3] = 255;
        }
        postMessage({ step, pixels: drawn, db: 10 * Math.log10((255 ** 2 * 3 * width * height) / sum) });
      }

      look(0);
      for (let step = 1; step <= steps; step++) {
        adam(step);
        // Often while it changes fast.
        if (step === steps || step % (step < 40 ? 5 : 20) === 0) look(step);
      }
    };
  }

  async function siren(figure, { omegaIsFree = true } = {}) {
    const STEPS = 300;
    const picture = await original("cat");
    const { width, height } = picture;
    const target = panel("the picture", width, height);
    const drawn = panel("the function", width, height);
    target.draw(picture.data);
    const ticks = [0, 100, 200, STEPS];
    const title = "PSNR against steps, a curve for each fit";
    const plot = axes(title, "steps", "dB", [0, STEPS], [5, 30], ticks, [10, 20, 30]);
    const said = answer();
    said.textContent = "Not fitted yet.";
    const named = (omega) => (omegaIsFree ? `ω = ${omega}: ` : "");
    const runs = [];
    let worker;

    function stop() {
      worker?.terminate();
      worker = undefined;
      start.textContent = "Fit";
    }

    function draw() {
      plot.layer.replaceChildren();
      let free = 0;
      // Highest first, so that a name that would cover the one before goes below it.
      for (const run of runs.toSorted((a, b) => b.curve.at(-1)[1] - a.curve.at(-1)[1])) {
        const [lastX, lastY] = run.curve.at(-1);
        const y = Math.max(plot.y(lastY) + 4, free);
        free = y + 12;
        const look = run === runs.at(-1) ? "curve" : "curve faint";
        plot.layer.append(make("polyline", { points: points(plot, run.curve), class: look }));
        if (omegaIsFree) plot.layer.append(make("text", { x: plot.x(lastX) + 4, y }, `ω ${run.omega}`));
      }
    }

    function fit() {
      stop();
      const omega = +control.input.value;
      const run = { omega, curve: [] };
      const again = runs.findIndex((other) => other.omega === omega);
      if (again >= 0) runs.splice(again, 1);
      runs.push(run);
      if (runs.length > 5) runs.shift();
      worker = new Worker(URL.createObjectURL(new Blob([`(${sirenWorker})()`], { type: "text/javascript" })));
      worker.onmessage = ({ data: { step, pixels, db } }) => {
        drawn.draw(pixels);
        run.curve.push([step, db]);
        draw();
        if (step < STEPS) return;
        stop();
        said.textContent = `${named(omega)}${number(db, 1)} dB after ${STEPS} steps.`;
      };
      worker.postMessage({ pixels: picture.data, width, height, omega, steps: STEPS });
      start.textContent = "Stop";
      said.textContent = `${named(omega)}fitting ...`;
    }

    const control = slider("Speed of the first waves, ω", 1, 100, 20, String, () => {});
    // A fit begins when the slider is let go, not at every place that it passes.
    control.input.addEventListener("change", fit);
    const start = button("Fit", () => {
      if (!worker) return fit();
      stop();
      said.textContent = "Stopped.";
    });
    figure.append(row(target.box, drawn.box), ...(omegaIsFree ? [control.box] : []), start, said, plot.svg);
  }

  // Chapter 5: fewer bits for a file's integers

  /** Symbols of a depth as if they had been rounded to a smaller one, in the same steps. */
  function rounded(symbols, bits, fewer) {
    const ratio = (2 ** (bits - 1) - 1) / (2 ** (fewer - 1) - 1);
    return symbols.map((symbol) => Math.round(Math.round(symbol / ratio) * ratio));
  }

  /** The bytes of symbols under their own histogram. */
  function entropyBytes(symbols) {
    const counts = new Map();
    for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    let bits = 0;
    for (const count of counts.values()) bits -= count * Math.log2(count / symbols.length);
    return bits / 8;
  }

  async function requantise(figure) {
    const [picture, wanted] = await Promise.all([file("cat"), original("cat")]);
    const drawn = panel("decoded", picture.width, picture.height);
    const said = answer();
    const depths = [2, 3, 4, 5, 6, 7, 8];
    const results = [];
    for (const depth of depths) {
      let [changed, bytes] = [picture, 0];
      picture.tensors.forEach((tensor, index) => {
        const symbols = rounded(tensor.symbols, tensor.bits, depth + tensor.bits - picture.bits);
        changed = changed.withSymbols(index, symbols);
        bytes += entropyBytes(symbols);
      });
      const pixels = changed.rgba();
      results.push({ depth, bytes, pixels, db: psnr(pixels, wanted.data) });
      // The page stays at the reader's command.
      await new Promise((resume) => setTimeout(resume));
    }
    const plot = axes("PSNR against bits per weight", "bits per weight", "dB", [2, 8], [5, 30], depths, [10, 20, 30]);
    const mark = make("circle", { r: 5, class: "mark" });
    const curve = points(plot, results.map(({ depth, db }) => [depth, db]));
    plot.layer.append(make("polyline", { points: curve, class: "curve" }), mark);

    function show(depth) {
      const { bytes, pixels, db } = results[depth - 2];
      drawn.draw(pixels);
      mark.setAttribute("cx", plot.x(depth));
      mark.setAttribute("cy", plot.y(db));
      said.textContent = `${number(db, 1)} dB; the integers' entropy is ${number(bytes)} bytes.`;
    }

    const control = slider("Bits per weight", 2, 8, 8, String, show);
    show(8);
    figure.append(row(drawn.box, plot.svg), control.box, said);
  }

  // Chapter 6: a range coder

  /** Eight symbols and how often each is expected, in 64ths. */
  const LETTERS = { " ": 14, E: 12, T: 9, A: 8, O: 7, N: 6, S: 5, R: 3 };
  const TOTAL = 64n;

  /** Where a letter's share begins, and how wide it is, in 64ths. */
  function share(letter) {
    let below = 0;
    for (const [other, width] of Object.entries(LETTERS)) {
      if (other === letter) return [below, width];
      below += width;
    }
    throw new RangeError(`no letter ${letter}`);
  }

  const binary = (value, bits) => value.toString(2).padStart(Number(bits), "0");

  const coder = {
    letters: LETTERS,

    /**
     * The interval of 0..1 that is left after a message: from low / whole, as wide as width / whole, BigInt; and the
     * fewest binary digits behind the point, as text, after which any others may follow without leaving it.
     */
    encode(message) {
      let [low, width, whole] = [0n, 1n, 1n];
      for (const letter of message) {
        const [below, size] = share(letter);
        low = low * TOTAL + width * BigInt(below);
        width *= BigInt(size);
        whole *= TOTAL;
      }
      let bits = 0n;
      let digits = 0n;
      // The first number of so many digits that is not below the interval: is the next one not above its end?
      while (((digits = ((low << bits) + whole - 1n) / whole) + 1n) * whole > (low + width) << bits) bits++;
      return { low, width, whole, digits: bits ? binary(digits, bits) : "" };
    },

    /** The message of so many letters that digits stand for. */
    decode(digits, count) {
      let [point, whole] = [digits ? BigInt(`0b${digits}`) : 0n, 1n << BigInt(digits.length)];
      let message = "";
      while (message.length < count) {
        const place = Number((point * TOTAL) / whole);
        const letter = Object.keys(LETTERS).findLast((one) => share(one)[0] <= place);
        const [below, size] = share(letter);
        message += letter;
        point = point * TOTAL - BigInt(below) * whole;
        whole *= BigInt(size);
      }
      return message;
    },

    /** The bits that a letter takes in the mean, if letters come as often as is expected. */
    entropy: () => Object.values(LETTERS).reduce((bits, n) => bits - (n / 64) * Math.log2(n / 64), 0),

    /** The bits that a message should take: the sum of minus log2 of its letters' probabilities. */
    ideal: (message) => [...message].reduce((bits, letter) => bits - Math.log2(LETTERS[letter] / Number(TOTAL)), 0),
  };

  async function rangeCoder(figure) {
    const SHOWN = 4;
    const drawing = make("svg", { viewBox: "0 0 360 216", class: "inr-live-plot", role: "img" });
    const said = answer();
    const ends = make("pre", { className: "inr-live-digits", tabIndex: 0 });
    const costs = make("div");
    const shown = make("div");
    const name = (letter) => (letter === " " ? "␣" : letter);

    /** One level: the shares of what was left, the next letter's lit and spread out to the level below. */
    function level(y, next) {
      const group = make("g");
      for (const [letter, size] of Object.entries(LETTERS)) {
        const [x, width] = [share(letter)[0] * (360 / 64), size * (360 / 64)];
        const chosen = letter === next;
        const spread = `${x},${y + 26} ${x + width},${y + 26} 360,${y + 46} 0,${y + 46}`;
        if (chosen) group.prepend(make("polygon", { points: spread, class: "spread" }));
        group.append(make("rect", { x, y, width, height: 26, class: chosen ? "share chosen" : "share" }));
        group.append(make("text", { x: x + width / 2, y: y + 18, "text-anchor": "middle" }, name(letter)));
      }
      return group;
    }

    function show() {
      const message = [...input.value.toUpperCase()].filter((letter) => letter in LETTERS).join("");
      if (message !== input.value) input.value = message;
      const { low, width, whole, digits } = coder.encode(message);
      const last = message.slice(-SHOWN);
      drawing.replaceChildren(...[...last, ""].map((letter, index) => level(4 + 46 * index, letter)));
      drawing.setAttribute("aria-label", `The eight letters' shares, narrowed by the last letters, ${last}`);
      const rest = message.length > SHOWN ? `The last ${SHOWN} letters` : "The letters";
      shown.textContent = `${rest}: each one's share is spread out for the next.`;

      // As many digits of both ends as are written, and two more; those that they share are settled.
      const bits = BigInt(digits.length + 2);
      const from = binary((low << bits) / whole, bits);
      const to = binary((((low + width) << bits) - 1n) / whole, bits);
      const differ = [...from].findIndex((digit, index) => digit !== to[index]);
      const settled = make("b", {}, from.slice(0, differ));
      ends.replaceChildren("from    0.", settled, `${from.slice(differ)}\nto      0.`, settled.cloneNode(true));
      ends.append(`${to.slice(differ)}\nwritten 0.${digits}`);

      const ideal = coder.ideal(message);
      const entropy = message.length * coder.entropy();
      const fixed = 3 * message.length;
      const most = Math.max(fixed, digits.length, ideal, 1);
      costs.replaceChildren(
        ...[
          [`Three bits for each letter: ${fixed}`, fixed],
          [`Minus log2 of the probabilities, added up: ${number(ideal, 1)}`, ideal],
          [`As many letters' entropy: ${number(entropy, 1)}`, entropy],
          [`Written: ${digits.length} bits`, digits.length],
        ].map(([words, size]) => bar(words, size / most)),
      );
      const back = coder.decode(digits, message.length);
      said.textContent = `${message.length} letters in ${digits.length} bits, decoded again: “${back}”.`;
    }

    const input = make("input", { type: "text", maxLength: 12, value: "EAT A TEA", autocomplete: "off", oninput: show });
    const label = make("span", {}, "A message of the letters E T A O N S R and spaces");
    figure.append(make("label", { className: "inr-live-slider" }, label, input), drawing, shown, ends, costs, said);
    show();
  }

  // Chapter 12: grids of latents switched off, one integer changed

  async function grids(figure) {
    const picture = await file("coffee");
    const drawn = panel("decoded", picture.width, picture.height);
    const said = answer();
    const all = picture.rgba();
    const most = Math.max(...picture.grids.map((grid) => grid.codedBits));
    const boxes = picture.grids.map((grid) => {
      const input = make("input", { type: "checkbox", checked: true, onchange: show });
      const bytes = Math.round(grid.codedBits / 8);
      const words = bar(`${grid.width} x ${grid.height}: ${number(bytes)} bytes`, grid.codedBits / most);
      return { input, bytes, label: make("label", { className: "inr-live-switch" }, input, words) };
    });

    function show() {
      const off = picture.grids.filter((_, index) => !boxes[index].input.checked);
      const without = (left, { level, latents }) => left.withLatents(level, new Int16Array(latents.length));
      const changed = off.reduce(without, picture);
      const pixels = off.length ? changed.rgba() : all;
      drawn.draw(pixels);
      const bytes = boxes.reduce((sum, box) => sum + (box.input.checked ? box.bytes : 0), 0);
      const distance = off.length ? ` ${number(psnr(pixels, all), 1)} dB to the whole file's picture.` : "";
      said.textContent = `${number(bytes)} bytes of latents are used.${distance}`;
    }

    show();
    const switches = make("fieldset", {}, make("legend", {}, "Grids, finest first"), ...boxes.map((box) => box.label));
    figure.append(row(drawn.box, switches), said);
  }

  async function symbol(figure) {
    const [network, pyramid] = await Promise.all([file("cat"), file("coffee-small")]);
    const said = answer();
    let turn = 0;

    /** A picture and, below it, its change; `show` draws another and says how many percent of its pixels differ. */
    function side(caption, picture) {
      const drawn = panel(caption, picture.width, picture.height);
      const change = panel("its change, eight times as strong", picture.width, picture.height);
      const before = picture.rgba();
      const show = (changed) => {
        const after = changed.rgba();
        const distance = new Uint8ClampedArray(after.length).fill(255);
        let count = 0;
        for (let i = 0; i < after.length; i += 4) {
          const most = Math.max(...[0, 1, 2].map((channel) => Math.abs(after[i + channel] - before[i + channel])));
          distance.fill(255 - 8 * most, i, i + 3);
          if (most) count++;
        }
        drawn.draw(after);
        change.draw(distance);
        return (400 * count) / after.length;
      };
      return { box: make("div", {}, drawn.box, change.box), show };
    }

    const left = side("a network, one weight changed", network);
    const right = side("a pyramid, one latent changed", pyramid);

    function weightChanged(by) {
      const index = network.tensors.findIndex((tensor) => tensor.name === "weight1");
      const symbols = network.tensors[index].symbols.slice();
      symbols[(17 + 389 * turn) % symbols.length] += by;
      return network.withSymbols(index, symbols);
    }

    function latentChanged(by) {
      const { level, width, height, latents } = pyramid.grids[3];
      const [column, line] = [((width >> 1) + 31 * turn) % width, ((height >> 1) + 17 * turn) % height];
      const changed = latents.slice();
      changed[line * width + column] += by;
      return pyramid.withLatents(level, changed);
    }

    function show() {
      const by = +control.input.value;
      const [a, b] = [left.show(weightChanged(by)), right.show(latentChanged(by))];
      said.textContent = `Pixels that change: ${number(a, 1)} % of the network's, ${number(b, 1)} % of the pyramid's.`;
    }

    const signed = (by) => (by > 0 ? `+${by}` : `${by}`);
    const control = slider("Added to one integer of each file", -60, 60, 40, signed, show);
    const other = button("Other integers", () => {
      turn++;
      show();
    });
    figure.append(row(left.box, right.box), control.box, other, said);
    show();
  }

  // All figures of the page

  const KINDS = {
    fit: (figure) => siren(figure, { omegaIsFree: false }),
    siren,
    requantise,
    coder: rangeCoder,
    grids,
    symbol,
  };

  async function mount(figure) {
    const live = make("div", { className: "inr-live-part" });
    try {
      await KINDS[figure.dataset.live](live);
    } catch (error) {
      live.replaceChildren(`What can be touched here did not start: ${error.message}.`);
    }
    figure.append(live);
    figure.dataset.state = "ready";
  }

  function begin() {
    document.head.append(make("link", { rel: "stylesheet", href: `${beside}live.css` }));
    const watch = new IntersectionObserver(
      (seen) => {
        for (const { target, isIntersecting } of seen) {
          if (!isIntersecting) continue;
          watch.unobserve(target);
          mount(target);
        }
      },
      { rootMargin: "300px" },
    );
    document.querySelectorAll("figure.inr-live").forEach((figure) => watch.observe(figure));
  }

  globalThis.inrLive = { examples, coder };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
