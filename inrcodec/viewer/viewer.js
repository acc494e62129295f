/**
 * The viewer of .inr files: `inr.viewer(element, options)` puts one into a page, behind `decoder.js`.
 *
 * The page draws, workers compute. What is computed is what the window shows, at the window's resolution: a tile costs
 * the same at any depth of zoom. All that is drawn lies on a grid, the whole picture as if it had the window's
 * resolution; tiles are cut out of a grid, and a change of zoom is another grid.
 */
(() => {
  "use strict";
  const inr = globalThis.inr;

  /** A grid's longest side: that of the format's coordinates, beyond which neighbouring pixels would be one. */
  const LONGEST_SIDE = 2 ** 20;
  const LARGEST_FILE_BYTES = 2 ** 26;
  /** Of a picture of latents, which is decoded whole: some 300 MB. Functions may be of any size. */
  const MOST_PIXELS = 2 ** 25;
  const OVERVIEW_SIDE = 64;
  /** A tile is to take some tens of milliseconds: so many multiply-adds. */
  const TILE_WORK = 1e9;
  const MAX_TILES = 600;
  const MAX_DENSITY = 2;
  const LOOKS = { function: "Function", pixels: "Pixels", bicubic: "Bicubic" };
  const FROM_DISK =
    "A page that was opened from disk may not read other files: open the .inr file with the button, or drop it here.";

  const count = (number) => Math.round(number).toLocaleString("en");
  const kilo = (bytes) => (bytes < 10000 ? `${count(bytes)} bytes` : `${(bytes / 1000).toFixed(1)} kB`);
  const digits = (number) => number.toLocaleString("en", { maximumSignificantDigits: 3 });
  const large = (number) => (number < 1e9 ? `${digits(number / 1e6)} million` : `${digits(number / 1e9)} billion`);
  const milliseconds = (time) => (time < 10000 ? `${count(time)} ms` : `${(time / 1000).toFixed(1)} s`);
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  // ---------------------------------------------------------------------------------------------- in the worker

  /** What a worker does, behind the decoder's source: it answers the calls of `Decoder`. Refers to nothing outside. */
  function work() {
    let picture;
    let isOfLatents;

    const calls = {
      open({ bytes, priors, maxPixels }) {
        picture = inr.parse(bytes, { priors, maxPixels });
        isOfLatents = picture.grids.length > 0;
        const { width, height, channels, sampleBits, colour, representation, hyperparameters, macsPerPixel } = picture;
        const tensors = picture.tensors.map(({ name, shape, rule, bits, model, symbols, codedBits }) => ({
          name,
          shape,
          rule,
          bits,
          model,
          codedBits,
          histogram: histogram(symbols),
        }));
        const grids = picture.grids.map((grid) => ({
          name: `grid${grid.level}`,
          shape: [grid.height, grid.width],
          codedBits: grid.codedBits,
          histogram: histogram(grid.latents),
        }));
        return {
          width,
          height,
          channels,
          sampleBits,
          colour,
          representation,
          hyperparameters,
          macsPerPixel,
          tensors,
          grids,
          isOfLatents,
          fileBytes: picture.bytes,
          sections: picture.sections,
        };
      },

      tile({ look, ...area }) {
        const enlarged = area.virtualWidth > picture.width;
        // The decoder interpolates latents' samples as the format says, and leaves their averages to us.
        const isDecoders = isOfLatents ? enlarged && look !== "pixels" : !enlarged || look === "function";
        const rgba = isDecoders ? picture.rgba(area) : resampled(enlarged ? look : "average", area);
        return { pixels: rgba.buffer, width: area.width, height: area.height };
      },

      /** A grid's latents and what each of them takes, as two grey pictures. */
      latents({ level }) {
        const { width, height, latents, bitsPerLatent } = picture.grids[level];
        const grey = (shades) => {
          const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
          shades.forEach((shade, at) => rgba.fill(shade, 4 * at, 4 * at + 3));
          return { pixels: rgba.buffer, width, height };
        };
        // Square roots: most are small, and to be seen.
        const most = latents.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
        const shades = Float32Array.from(
          latents,
          (value) => 128 + 127 * Math.sign(value) * Math.sqrt(Math.abs(value) / most),
        );
        return { latents: grey(shades), bits: grey(bitsPerLatent.map((bits) => 255 * Math.sqrt(bits / 8))) };
      },
    };

    function histogram(symbols) {
      let [lowest, highest] = [Infinity, -Infinity];
      for (const symbol of symbols) {
        lowest = Math.min(lowest, symbol);
        highest = Math.max(highest, symbol);
      }
      const counts = new Array(symbols.length ? highest - lowest + 1 : 0).fill(0);
      for (const symbol of symbols) counts[symbol - lowest]++;
      return { lowest, counts };
    }

    /** Which of an axis' own pixels make a pixel of the grid, and with which weights. */
    const KERNELS = {
      pixels: (index, ratio) => ({ first: Math.floor((index + 0.5) * ratio), weights: [1] }),
      bicubic(index, ratio) {
        // Catmull-Rom
        const place = (index + 0.5) * ratio - 0.5;
        const first = Math.floor(place);
        const g = place - first;
        const h = 1 - g;
        const weights = [-g * h * h, 2 - g * g * (5 - 3 * g), 2 - h * h * (5 - 3 * h), -h * g * g];
        return { first: first - 1, weights: weights.map((weight) => weight / 2) };
      },
      average(index, ratio) {
        const [from, to] = [index * ratio, (index + 1) * ratio];
        const first = Math.floor(from);
        const weights = [];
        for (let own = first; own < to; own++) weights.push((Math.min(own + 1, to) - Math.max(own, from)) / ratio);
        return { first, weights };
      },
    };

    /** An area of the grid, made of the picture's own pixels: all columns first, then all rows. */
    function resampled(name, { left, top, width, height, virtualWidth, virtualHeight }) {
      const kernel = KERNELS[name];
      const axis = (start, length, virtual, own) => {
        const taps = Array.from({ length }, (_, index) => kernel(start + index, own / virtual));
        const low = Math.max(taps[0].first, 0);
        const last = taps[length - 1];
        const high = Math.min(last.first + last.weights.length, own);
        return { taps, low, size: high - low };
      };
      const columns = axis(left, width, virtualWidth, picture.width);
      const rows = axis(top, height, virtualHeight, picture.height);
      const own = picture.rgba({
        left: columns.low,
        top: rows.low,
        width: columns.size,
        height: rows.size,
        virtualWidth: picture.width,
        virtualHeight: picture.height,
      });
      const narrow = new Float32Array(4 * width * rows.size);
      const inside = (index, { low, size }) => Math.min(Math.max(index - low, 0), size - 1);
      columns.taps.forEach(({ first, weights }, column) =>
        weights.forEach((weight, tap) => {
          let from = 4 * inside(first + tap, columns);
          for (let to = 4 * column; to < narrow.length; to += 4 * width, from += 4 * columns.size) {
            for (let channel = 0; channel < 4; channel++) narrow[to + channel] += weight * own[from + channel];
          }
        }),
      );
      const rgba = new Uint8ClampedArray(4 * width * height);
      const line = new Float32Array(4 * width);
      rows.taps.forEach(({ first, weights }, row) => {
        line.fill(0);
        weights.forEach((weight, tap) => {
          const from = 4 * width * inside(first + tap, rows);
          for (let at = 0; at < line.length; at++) line[at] += weight * narrow[from + at];
        });
        rgba.set(line, 4 * width * row);
      });
      return rgba;
    }

    onmessage = ({ data: { id, call, asked } }) => {
      try {
        const answer = calls[call](asked);
        postMessage({ id, answer }, answer.pixels ? [answer.pixels] : []);
      } catch (error) {
        postMessage({ id, message: error.message, prior: error.prior });
      }
    };
  }

  // ------------------------------------------------------------------------------------------- decoders, by worker

  /** A worker that holds one file. */
  class Decoder {
    #worker;
    #waiting = new Map();
    #asked = 0;
    busy = false;

    constructor(address) {
      this.#worker = new Worker(address);
      this.#worker.onmessage = ({ data: { id, answer, ...failed } }) => {
        const { resolve, reject } = this.#waiting.get(id);
        this.#waiting.delete(id);
        if (answer) resolve(answer);
        else reject(Object.assign(new Error(failed.message), failed));
      };
      this.#worker.onerror = (event) => {
        for (const { reject } of this.#waiting.values()) reject(new Error(event.message ?? "the worker did not start"));
      };
    }

    /** The answer to one of the calls of `work`. */
    async ask(call, asked) {
      this.busy = true;
      const id = this.#asked++;
      try {
        return await new Promise((resolve, reject) => {
          this.#waiting.set(id, { resolve, reject });
          this.#worker.postMessage({ id, call, asked });
        });
      } finally {
        this.busy = false;
      }
    }

    end() {
      this.#worker.terminate();
    }
  }

  let workerAddress;

  /** A worker's script as an address that needs no server: the decoder's own text and `work`. */
  function decoder() {
    workerAddress ??= URL.createObjectURL(new Blob([`${inr.source};(${work})();`], { type: "text/javascript" }));
    return new Decoder(workerAddress);
  }

  /** A script of the page, run; works from disk too, where nothing can be fetched. */
  function loadScript(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${address} cannot be loaded`));
      document.head.append(script);
    });
  }

  /** A file opened in as many workers as help; its prior is loaded where it needs one. */
  class OpenFile {
    /** Those that have the file. */
    decoders = [];
    #all = [decoder()];

    /** The facts that `open` of `work` gives, with `parseMs`. */
    async open(bytes, priorsAddress) {
      const started = performance.now();
      let facts;
      try {
        facts = await this.#ask(bytes);
      } catch (error) {
        if (!error.prior || inr.priors[error.prior] || priorsAddress === undefined) throw error;
        await loadScript(new URL(`prior-${error.prior}.js`, new URL(priorsAddress, location.href)));
        facts = await this.#ask(bytes);
      }
      facts.parseMs = performance.now() - started;
      this.decoders.push(this.#all[0]);
      // Latents come one after the other, so that another worker would only do the same again.
      const wanted = facts.isOfLatents ? 1 : Math.min(4, (navigator.hardwareConcurrency ?? 2) - 1);
      while (this.#all.length < wanted) {
        const another = decoder();
        this.#all.push(another);
        this.#ask(bytes, another).then(
          () => this.decoders.push(another),
          () => another.end(),
        );
      }
      return facts;
    }

    #ask(bytes, asked = this.#all[0]) {
      return asked.ask("open", { bytes, priors: inr.priors, maxPixels: MOST_PIXELS });
    }

    close() {
      for (const each of this.#all) each.end();
    }
  }

  // ------------------------------------------------------------------------------------------------- what is seen

  /** Where the window lies on the grid, in the canvas' own pixels. */
  class View {
    /**
     * @param {{width: number, height: number}} picture
     */
    constructor(picture) {
      this.picture = picture;
      Object.assign(this, { width: 1, height: 1, density: 1, left: 0, top: 0, fitted: true });
      this.#scaleTo(1);
    }

    get scale() {
      return this.virtualWidth / this.picture.width;
    }

    /** Of the picture's pixels to the page's. */
    get zoom() {
      return this.scale / this.density;
    }

    get fitScale() {
      return Math.min(this.width / this.picture.width, this.height / this.picture.height);
    }

    get lowest() {
      return Math.min(this.fitScale, this.density);
    }

    get highest() {
      return LONGEST_SIDE / Math.max(this.picture.width, this.picture.height);
    }

    #scaleTo(scale) {
      this.virtualWidth = Math.max(1, Math.round(this.picture.width * scale));
      this.virtualHeight = Math.max(1, Math.round(this.picture.height * scale));
    }

    #keepInside() {
      const place = (start, seen, all) =>
        all <= seen ? 0 - Math.floor((seen - all) / 2) : clamp(start, 0, all - seen);
      this.left = place(Math.round(this.left), this.width, this.virtualWidth);
      this.top = place(Math.round(this.top), this.height, this.virtualHeight);
    }

    resize(width, height, density) {
      const [x, y] = [
        (this.left + this.width / 2) / this.virtualWidth,
        (this.top + this.height / 2) / this.virtualHeight,
      ];
      const zoom = this.zoom;
      Object.assign(this, { width, height, density });
      if (this.fitted) return this.fit();
      this.#scaleTo(clamp(zoom * density, this.lowest, this.highest));
      this.left = x * this.virtualWidth - width / 2;
      this.top = y * this.virtualHeight - height / 2;
      this.#keepInside();
    }

    fit() {
      this.zoomTo(this.fitScale);
      this.fitted = true;
    }

    /** To another scale, what lies at (x, y) of the canvas staying where it is. */
    zoomTo(scale, x = this.width / 2, y = this.height / 2) {
      const [across, down] = [(this.left + x) / this.virtualWidth, (this.top + y) / this.virtualHeight];
      this.#scaleTo(clamp(scale, this.lowest, this.highest));
      this.left = across * this.virtualWidth - x;
      this.top = down * this.virtualHeight - y;
      this.#keepInside();
      this.fitted = this.scale <= this.fitScale;
    }

    pan(x, y) {
      this.left += x;
      this.top += y;
      this.#keepInside();
    }
  }

  /** Keeps a canvas showing a view: asks for tiles, coarse ones first, from the centre outwards, and draws what came. */
  class Painter {
    look = "function";
    #canvas;
    #context;
    #file;
    #facts;
    #view;
    #generation = 0;
    #grid = "";
    #origin;
    #tiles = new Map();
    #pending = new Set();
    #queue = [];
    #backdrops = [];
    #settled = true;
    #frame = 0;
    #drawing = 0;
    #since = 0;
    #shown;

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {OpenFile} file
     * @param {object} facts what `file.open` has given
     * @param {View} view
     * @param {{working, drawn, settled, failed}} heard called when tiles are asked for, when something was drawn, when all
     *   of the view was (with its milliseconds), and with the error that ended the work
     */
    constructor(canvas, file, facts, view, heard) {
      Object.assign(this, { heard });
      this.#canvas = canvas;
      this.#context = canvas.getContext("2d");
      this.#file = file;
      this.#facts = facts;
      this.#view = view;
      const side = Math.sqrt(TILE_WORK / Math.max(facts.macsPerPixel, 1));
      this.side = facts.isOfLatents ? 512 : 2 ** clamp(Math.floor(Math.log2(side)), 4, 8);
    }

    /** The whole picture, small: the first thing to see, and what lies under all that follows. */
    async begin() {
      const { width, height } = this.#facts;
      const share = Math.min(1, OVERVIEW_SIDE / Math.max(width, height));
      const [small, low] = [width, height].map((side) => Math.max(1, Math.round(side * share)));
      const tile = { left: 0, top: 0, width: small, height: low, virtualWidth: small, virtualHeight: low };
      const answer = await this.#file.decoders[0].ask("tile", { look: "function", ...tile });
      this.#backdrops = [{ image: image(answer), left: 0, top: 0, right: 1, bottom: 1, virtualWidth: small }];
      this.update();
    }

    /** To be called when the view, the look or the canvas has changed. */
    update() {
      if (!this.#backdrops.length) return;
      this.#frame ||= requestAnimationFrame(() => {
        this.#frame = 0;
        this.#plan();
        this.#draw();
      });
    }

    stop() {
      cancelAnimationFrame(this.#frame);
      this.#generation++;
      this.#queue = [];
    }

    #plan() {
      const { virtualWidth, virtualHeight } = this.#view;
      const grid = `${this.look} ${virtualWidth} ${virtualHeight}`;
      if (grid !== this.#grid) this.#begin(grid);
      this.#queue = [];
      for (const step of this.#steps()) this.#queue.push(...this.#tilesOf(step));
      this.#queue = this.#queue.filter((tile) => !this.#tiles.has(tile.key) && !this.#pending.has(tile.key));
      if (this.#queue.length && this.#settled) {
        this.#settled = false;
        this.#since = performance.now();
        this.heard.working();
      }
      this.#ask();
    }

    /** A new grid: what is on the canvas stays behind the tiles to come, if all of it had come itself. */
    #begin(grid) {
      if (this.#settled && this.#shown) this.#backdrops[1] = this.#copy(this.#shown);
      this.#grid = grid;
      this.#origin = { left: this.#view.left, top: this.#view.top };
      this.#generation++;
      this.#tiles.clear();
      this.#pending.clear();
    }

    /** How many of the grid's pixels a tile's pixel covers a side, coarse ones first. */
    #steps() {
      const coarse = this.look === "function" && !this.#facts.isOfLatents;
      return coarse ? [8, 4, 1] : [1];
    }

    /** The tiles of the view that are worth having, those in its middle first. */
    #tilesOf(step) {
      const { virtualWidth, virtualHeight, left, top, width, height } = this.#view;
      const columns = Math.max(1, Math.round(virtualWidth / step));
      const rows = Math.max(1, Math.round(virtualHeight / step));
      if (step > 1 && this.#hasBehind(columns)) return [];
      const tiles = [];
      for (const row of this.#pieces(this.#origin.top, top, height, virtualHeight / rows, rows)) {
        for (const column of this.#pieces(this.#origin.left, left, width, virtualWidth / columns, columns)) {
          const area = {
            left: column.first,
            top: row.first,
            width: column.length,
            height: row.length,
            virtualWidth: columns,
            virtualHeight: rows,
          };
          tiles.push({ key: `${step} ${column.index} ${row.index}`, area, away: Math.hypot(column.away, row.away) });
        }
      }
      return tiles.sort((one, other) => one.away - other.away);
    }

    /** Whether a backdrop with nearly as many columns covers the view. */
    #hasBehind(columns) {
      const { virtualWidth, virtualHeight, left, top, width, height } = this.#view;
      return this.#backdrops.some(
        (one) =>
          1.5 * one.virtualWidth > columns &&
          one.left * virtualWidth <= Math.max(left, 0) + 1 &&
          one.top * virtualHeight <= Math.max(top, 0) + 1 &&
          one.right * virtualWidth >= Math.min(left + width, virtualWidth) - 1 &&
          one.bottom * virtualHeight >= Math.min(top + height, virtualHeight) - 1,
      );
    }

    /**
     * The pieces of an axis that the window touches, counted from where it lay when the grid began: so none stands out.
     * All places are the window's, `size` of them a pixel of the `all` that are cut; `away` is from the window's middle.
     */
    #pieces(origin, start, seen, size, all) {
      const zero = Math.floor(Math.max(origin, 0) / size);
      const from = Math.floor((Math.max(start, 0) / size - zero) / this.side);
      const to = Math.ceil((Math.min((start + seen) / size, all) - zero) / this.side);
      return Array.from({ length: Math.max(to - from, 0) }, (_, place) => {
        const index = from + place;
        const first = Math.max(zero + index * this.side, 0);
        const length = Math.min(zero + (index + 1) * this.side, all) - first;
        return { index, first, length, away: (first + length / 2) * size - start - seen / 2 };
      });
    }

    #ask() {
      for (const decoder of this.#file.decoders) {
        if (!decoder.busy && this.#queue.length) this.#askFor(this.#queue.shift(), decoder);
      }
      const settled = !this.#queue.length && !this.#pending.size;
      if (settled && !this.#settled) {
        this.#settled = true;
        // Measured at the canvas: the frame that shows the last tile.
        requestAnimationFrame(() => this.#settled && this.heard.settled(performance.now() - this.#since));
      }
    }

    async #askFor(tile, decoder) {
      const generation = this.#generation;
      this.#pending.add(tile.key);
      let answer;
      try {
        answer = await decoder.ask("tile", { look: this.look, ...tile.area });
      } catch (error) {
        if (generation === this.#generation) this.heard.failed(error);
        return;
      }
      if (generation === this.#generation) {
        this.#pending.delete(tile.key);
        this.#tiles.set(tile.key, { ...tile, image: image(answer) });
        if (this.#tiles.size > MAX_TILES) this.#tiles.delete(this.#tiles.keys().next().value);
        this.#drawSoon();
      }
      this.#ask();
    }

    #drawSoon() {
      this.#drawing ||= requestAnimationFrame(() => {
        this.#drawing = 0;
        this.#draw();
      });
    }

    /** Everything there is, what is least resolved first. */
    #draw() {
      const { virtualWidth, virtualHeight, left, top, width, height } = this.#view;
      if (this.#canvas.width !== width) this.#canvas.width = width;
      if (this.#canvas.height !== height) this.#canvas.height = height;
      this.#context.clearRect(0, 0, width, height);
      const layers = this.#backdrops.map((one) => ({
        image: one.image,
        columns: Math.min(one.virtualWidth, virtualWidth),
        edges: [one.left * virtualWidth, one.top * virtualHeight, one.right * virtualWidth, one.bottom * virtualHeight],
      }));
      for (const { image: shown, area } of this.#tiles.values()) {
        const [across, down] = [virtualWidth / area.virtualWidth, virtualHeight / area.virtualHeight];
        const [right, bottom] = [area.left + area.width, area.top + area.height];
        const edges = [area.left * across, area.top * down, right * across, bottom * down];
        layers.push({ image: shown, columns: area.virtualWidth, edges });
      }
      layers.sort((one, other) => one.columns - other.columns);
      this.#context.imageSmoothingEnabled = this.look !== "pixels";
      this.#context.imageSmoothingQuality = "high";
      for (const { image: shown, edges } of layers) {
        const [x, y, right, bottom] = edges.map((edge, index) => Math.round(edge) - (index % 2 ? top : left));
        // What is transparent is not to show a coarser picture through.
        this.#context.clearRect(x, y, right - x, bottom - y);
        this.#context.drawImage(shown, x, y, right - x, bottom - y);
      }
      this.#shown = { virtualWidth, virtualHeight, left, top, width, height };
      this.heard.drawn();
    }

    /** The canvas as it was drawn last, to stand behind another grid's tiles. */
    #copy({ virtualWidth, virtualHeight, left, top, width, height }) {
      const copy = document.createElement("canvas");
      const [x, y] = [Math.max(0, -left), Math.max(0, -top)];
      copy.width = Math.min(width, virtualWidth);
      copy.height = Math.min(height, virtualHeight);
      copy.getContext("2d").drawImage(this.#canvas, -x, -y);
      const [from, down] = [left + x, top + y];
      return {
        image: copy,
        virtualWidth,
        left: from / virtualWidth,
        top: down / virtualHeight,
        right: (from + copy.width) / virtualWidth,
        bottom: (down + copy.height) / virtualHeight,
      };
    }
  }

  /** A worker's answer as something that can be drawn. */
  function image({ pixels, width, height }) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
    return canvas;
  }

  // ------------------------------------------------------------------------------------------------ what is said

  const CHANNELS = ["", "grey", "grey and alpha", "RGB", "RGB and alpha"];
  const SAID_OF_LOOKS = {
    function: "The function is evaluated at every pixel of the screen.",
    pixels: "Decoded at its own size, every pixel a square.",
    bicubic: "Decoded at its own size and interpolated, as a viewer of any picture does.",
  };
  const SAID_OF_LATENTS = "A pyramid of latents is nothing between its pixels: no function to evaluate there.";
  const MOST_BARS = 96;

  const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const words = (name) => name.replaceAll("_", " ");

  /** What of a file's bytes goes where: `{name, note, bytes, part}` in the file's order; their sum is the file. */
  function spending({ sections, tensors, grids, fileBytes }) {
    const sectionBytes = (name) => sections.filter((one) => one.name === name).reduce((sum, one) => sum + one.bytes, 0);
    const note = ({ shape }) => shape.join(" × ");
    const spent = [
      { name: "header", note: "size, function, colour", bytes: sectionBytes("header") },
      ...tensors.map((part) => ({
        name: part.name,
        note: note(part),
        bytes: sectionBytes(`tensor ${part.name}`) + part.codedBits / 8,
        part,
      })),
      ...grids.map((part, level) => ({ name: part.name, note: note(part), bytes: part.codedBits / 8, part, level })),
    ];
    const rest = fileBytes - spent.reduce((sum, one) => sum + one.bytes, 0);
    return [...spent, { name: "checksum", note: "and the end of the code", bytes: Math.max(rest, 0) }];
  }

  function factRows(facts) {
    const { width, height, channels, sampleBits, fileBytes, tensors, macsPerPixel } = facts;
    const raw = (width * height * channels * sampleBits) / 8;
    const settings = Object.entries(facts.hyperparameters)
      .filter(([name]) => name !== "prior_digest")
      .map(([name, value]) => `${words(name)} ${value}`);
    const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
    const latents = facts.grids.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
    const rows = [
      ["File", `${count(fileBytes)} bytes`, `${digits(raw / fileBytes)} times fewer than its samples`],
      ["Rate", `${digits((8 * fileBytes) / (width * height))} bits per pixel`, ""],
      ["Picture", `${width} × ${height}`, `${CHANNELS[channels]}, ${sampleBits} bits`],
      ["Function", words(facts.representation), settings.join(", ")],
      ["Parameters", count(parameters), latents ? `and ${count(latents)} latents` : ""],
      [
        "Work",
        `${count(macsPerPixel)} multiply-adds per pixel`,
        `${large(macsPerPixel * width * height)} for the picture`,
      ],
    ];
    return rows
      .map(
        ([name, value, more]) =>
          `<div><dt>${name}</dt><dd>${escaped(value)}${more ? ` <small>${escaped(more)}</small>` : ""}</dd></div>`,
      )
      .join("");
  }

  function spendingRows(spent, fileBytes) {
    const largest = Math.max(...spent.map(({ bytes }) => bytes));
    return spent
      .map(({ name, note, bytes, part }, index) => {
        const share = ((100 * bytes) / fileBytes).toFixed(bytes / fileBytes < 0.1 ? 1 : 0);
        const inside = `<span class="inr-part">${escaped(name)} <small>${escaped(note)}</small></span>
        <span class="inr-bytes">${count(bytes)} <small>${share} %</small></span>
        <i style="--share:${bytes / largest}"></i>`;
        return `<li>${
          part
            ? `<button type="button" data-part="${index}" aria-pressed="false">${inside}</button>`
            : `<div>${inside}</div>`
        }</li>`;
      })
      .join("");
  }

  /** A histogram of integers, neighbours put together where there are many, as a drawing and its words. */
  function histogramFigure({ name, shape, rule, bits, model, codedBits, histogram: { lowest, counts } }) {
    const all = counts.reduce((sum, one) => sum + one, 0);
    const each = Math.max(1, Math.ceil(counts.length / MOST_BARS));
    const bars = Array.from({ length: Math.ceil(counts.length / each) }, (_, bar) =>
      counts.slice(bar * each, (bar + 1) * each).reduce((sum, one) => sum + one, 0),
    );
    const most = Math.max(...bars, 1);
    const path = bars.map((value, bar) => `M${bar + 0.08} 40V${40 - (40 * value) / most}h.84V40`).join("");
    const highest = lowest + counts.length - 1;
    const coding = rule ? `${words(rule)}, ${bits} bits, ${words(model)}; ` : "";
    const said = `${count(all)} integers from ${lowest} to ${highest}, ${(codedBits / Math.max(all, 1)).toFixed(2)} bits each`;
    const middle = lowest < 0 && highest > 0 ? -lowest / (counts.length - 1) : null;
    return `<figure><svg viewBox="0 0 ${bars.length} 40" preserveAspectRatio="none" role="img"
      aria-label="Histogram of ${escaped(name)}: ${said}"><path d="${path}"/></svg>
      <div class="inr-axis" aria-hidden="true"><span>${lowest}</span>
      ${middle > 0.1 && middle < 0.9 ? `<span style="left:${100 * middle}%">0</span>` : ""}<span>${highest}</span></div>
      <figcaption>${escaped(shape.join(" × "))}: ${escaped(coding)}${said}.</figcaption></figure>`;
  }

  function pictureFigure(answer, caption) {
    const figure = document.createElement("figure");
    const shown = image(answer);
    shown.setAttribute("role", "img");
    shown.setAttribute("aria-label", caption);
    figure.append(shown, Object.assign(document.createElement("figcaption"), { textContent: caption }));
    return figure;
  }

  // ---------------------------------------------------------------------------------------------------- the viewer

  const template = (id) => `
    <div class="inr-body"><div class="inr-main">
    <label class="inr-choice inr-head"><span>Picture</span><select class="inr-examples"></select></label>
    <div class="inr-frame"><div class="inr-stage">
      <canvas class="inr-canvas" tabindex="0" role="application" aria-label="The picture"
        aria-describedby="inr-keys-${id}"></canvas>
      <canvas class="inr-other" hidden></canvas>
      <div class="inr-divider" hidden><i></i><input type="range" min="0" max="100" step="0.5" value="50"
        aria-label="Divider between the two pictures"></div>
      <span class="inr-tag" hidden></span><span class="inr-tag inr-tag-other" hidden></span>
    </div>
    <div class="inr-zoom" role="group" aria-label="Zoom">
      <button type="button" data-do="out" aria-label="Zoom out">−</button>
      <span class="inr-level">×1</span>
      <button type="button" data-do="in" aria-label="Zoom in">+</button>
      <button type="button" data-do="fit" aria-label="Fit: the whole picture">Fit</button>
      <button type="button" data-do="one" aria-label="1:1, one pixel to one">1:1</button>
    </div>
    </div>
    <div class="inr-tools">
      <fieldset class="inr-looks"><legend>Between the pixels</legend><div>${Object.entries(LOOKS)
        .map(
          ([look, name]) =>
            `<label><input type="radio" name="inr-look-${id}" value="${look}"><span>${name}</span></label>`,
        )
        .join("")}</div>
      </fieldset>
      <label class="inr-choice inr-compare"><span>Compare with</span><select></select></label>
      <label class="inr-file">Open a file<input type="file" accept=".inr"></label>
      <p class="inr-look-said"></p>
    </div>
    <p class="inr-status" role="status"></p>
    <p class="inr-keys" id="inr-keys-${id}">Drag to move; wheel or pinch to zoom; drop an .inr file to see it. Keys, on
      the picture: <kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd> move, <kbd>+</kbd> <kbd>-</kbd> zoom,
      <kbd>0</kbd> shows all of it, <kbd>1</kbd> is one pixel to one.</p>
    <section class="inr-integers" aria-live="polite" hidden><h2>Its integers</h2><div></div></section>
    </div>
    <div class="inr-panel" hidden>
      <section class="inr-facts"><h2>The file</h2><dl></dl></section>
      <section><h2>Where each byte goes</h2><ol class="inr-parts"></ol></section>
    </div></div>`;

  let mounted = 0;

  class Viewer {
    /** @type {View | undefined} what is seen; to be changed by the reader only */
    view;
    #element;
    #parts;
    #options;
    #file;
    #loading;
    #name;
    #facts;
    #painter;
    #spent;
    #other;
    #compare = [];
    #turn = 0;
    #pointers = new Map();

    constructor(element, options) {
      this.#element = element;
      this.#options = options;
      const poster = element.querySelector("img");
      element.innerHTML = template(mounted++);
      element.classList.add("inr-viewer", "inr-mounted");
      const find = (selector) => element.querySelector(selector);
      this.#parts = {
        examples: find(".inr-examples"),
        input: find("input[type=file]"),
        stage: find(".inr-stage"),
        canvas: find(".inr-canvas"),
        other: find(".inr-other"),
        divider: find(".inr-divider"),
        range: find(".inr-divider input"),
        tag: find(".inr-tag"),
        otherTag: find(".inr-tag-other"),
        zoom: find(".inr-level"),
        compare: find(".inr-compare"),
        status: find(".inr-status"),
        lookSaid: find(".inr-look-said"),
        panel: find(".inr-panel"),
        facts: find(".inr-facts dl"),
        list: find(".inr-parts"),
        integers: find(".inr-integers"),
        looks: [...element.querySelectorAll(".inr-looks input")],
      };
      if (poster) this.#showPoster(poster);
      this.#listen();
      this.#openFirst();
    }

    #showPoster(poster) {
      poster.className = "inr-poster";
      if (poster.width && poster.height) this.#shape(poster.width, poster.height);
      this.#parts.stage.prepend(poster);
    }

    #shape(width, height) {
      this.#parts.stage.style.setProperty("--aspect", clamp(width / height, 0.5, 3));
    }

    #openFirst() {
      const { examples = [] } = this.#options;
      this.#parts.examples.innerHTML = examples.map(({ name }) => `<option>${escaped(name)}</option>`).join("");
      this.#parts.examples.parentElement.hidden = examples.length < 2;
      const asked = this.#options.query && new URLSearchParams(location.search).get("file");
      if (asked) this.#openAddress(asked);
      else if (examples.length) this.open(examples[0]);
      else this.#say("Open an .inr file, or drop one here.");
    }

    /** `?file=`: a place beside the page and no other, whoever has made the link. */
    #openAddress(asked) {
      const { origin } = new URL(asked, location.href);
      if (/^[/\\]|^[^/]*:/.test(asked) || (origin !== location.origin && location.protocol !== "file:")) {
        this.#refuse(`?file=${asked} is not a relative address, others are not opened.`);
      } else {
        this.open({ name: decodeURIComponent(asked.split("/").pop()), src: asked });
      }
    }

    /**
     * Shows a picture; says why where it cannot, and goes on showing what it did.
     * @param {{name: string, src?: string, file?: Uint8Array, compare?: {label, src, bytes}[]}} example
     */
    async open({ name, src, file, compare = [] }) {
      const turn = ++this.#turn;
      this.#loading?.close();
      this.#loading = undefined;
      this.#element.setAttribute("aria-busy", "true");
      this.#say(`${name} is being decoded.`);
      try {
        // Its worker starts while the file is on its way.
        const opened = (this.#loading = new OpenFile());
        const bytes = file ?? (await fetched(src));
        if (turn !== this.#turn) return;
        const started = performance.now();
        const facts = await opened.open(bytes, this.#options.priors);
        if (turn !== this.#turn) return;
        this.#loading = undefined;
        this.#replace(name, opened, { ...facts, started }, compare);
      } catch (error) {
        if (turn !== this.#turn) return;
        this.#loading?.close();
        this.#loading = undefined;
        this.#refuse(`${name}: ${error.message}`);
      }
    }

    #replace(name, file, facts, compare) {
      this.#painter?.stop();
      this.#file?.close();
      this.#file = file;
      this.#name = name;
      this.#facts = facts;
      this.view = new View(facts);
      this.#shape(facts.width, facts.height);
      this.#measure();
      let firstMs = 0;
      this.#painter = new Painter(this.#parts.canvas, file, facts, this.view, {
        working: () => this.#element.setAttribute("aria-busy", "true"),
        drawn: () => {
          firstMs ||= performance.now() - facts.started;
          this.#drawn();
        },
        settled: (tookMs) => this.#settled(tookMs, firstMs),
        failed: (error) => this.#refuse(`${name}: ${error.message}`),
      });
      this.#painter.begin().catch((error) => this.#refuse(`${name}: ${error.message}`));
      this.#setLook(facts.isOfLatents ? "bicubic" : "function");
      this.#offer(compare);
      this.#describe();
    }

    // -------------------------------------------------------------------------------------------- saying

    #say(text) {
      this.#parts.status.classList.remove("inr-bad");
      this.#parts.status.textContent = text;
    }

    #refuse(text) {
      this.#element.removeAttribute("aria-busy");
      this.#parts.status.classList.add("inr-bad");
      this.#parts.status.textContent = text;
    }

    #describe() {
      const { facts, list, panel, integers, canvas } = this.#parts;
      const { width, height, fileBytes } = this.#facts;
      canvas.setAttribute("aria-label", `${this.#name}, ${width} by ${height} pixels`);
      facts.innerHTML = factRows(this.#facts);
      this.#spent = spending(this.#facts);
      list.innerHTML = spendingRows(this.#spent, fileBytes);
      panel.hidden = integers.hidden = false;
      const largest = this.#spent.reduce(
        (most, one) => (one.part && one.bytes > (most?.bytes ?? -1) ? one : most),
        null,
      );
      if (largest) this.#choosePart(this.#spent.indexOf(largest));
    }

    async #choosePart(index) {
      for (const button of this.#parts.list.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(Number(button.dataset.part) === index));
      }
      const { name, part, level } = this.#spent[index];
      const [title, figures] = this.#parts.integers.children;
      title.textContent = `The integers of ${name}`;
      figures.innerHTML = histogramFigure(part);
      if (level === undefined) return;
      const { latents, bits } = await this.#file.decoders[0].ask("latents", { level });
      if (!title.textContent.endsWith(` ${name}`)) return;
      figures.prepend(
        pictureFigure(latents, `The latents of ${name}: 0 is grey.`),
        pictureFigure(bits, "What each of them takes: black is no bit, white eight."),
      );
    }

    #drawn() {
      const view = this.view;
      const { zoom, canvas, stage } = this.#parts;
      stage.classList.add("inr-shown");
      zoom.textContent = `×${view.zoom < 1000 ? digits(view.zoom) : count(view.zoom)}`;
      // A finger moves the page while there is nothing to move in the picture.
      canvas.style.touchAction = view.fitted ? "pan-y" : "none";
      this.#drawOther();
    }

    #settled(tookMs, firstMs) {
      this.#element.removeAttribute("aria-busy");
      const { parseMs, started } = this.#facts;
      const seen =
        `${count(Math.min(this.view.width, this.view.virtualWidth))} × ` +
        `${count(Math.min(this.view.height, this.view.virtualHeight))} pixels`;
      if (started) {
        this.#facts.started = 0;
        const wholeMs = performance.now() - started;
        this.#say(
          `${this.#name}: read in ${milliseconds(parseMs)}, first seen after ${milliseconds(firstMs)}, ` +
            `all ${seen} after ${milliseconds(wholeMs)}.`,
        );
        this.#element.dispatchEvent(new CustomEvent("inr-ready", { detail: { parseMs, firstMs, wholeMs } }));
      } else {
        this.#say(`${seen} at ${this.#parts.zoom.textContent} in ${milliseconds(tookMs)}.`);
        this.#element.dispatchEvent(new CustomEvent("inr-settled", { detail: { tookMs } }));
      }
    }

    // ------------------------------------------------------------------------------------- looks, comparison

    #setLook(look) {
      for (const radio of this.#parts.looks) {
        radio.checked = radio.value === look;
        radio.disabled = radio.value === "function" && this.#facts.isOfLatents;
      }
      this.#painter.look = look;
      this.#parts.lookSaid.textContent = this.#facts.isOfLatents ? SAID_OF_LATENTS : SAID_OF_LOOKS[look];
      this.#painter.update();
    }

    #offer(compare) {
      this.#compare = compare;
      this.#parts.compare.hidden = !compare.length;
      this.#parts.compare.querySelector("select").innerHTML = [
        "nothing",
        ...compare.map(({ label, bytes }) => `${label}, ${kilo(bytes)}`),
      ]
        .map((text) => `<option>${escaped(text)}</option>`)
        .join("");
      this.#compareWith(-1);
    }

    async #compareWith(index) {
      const { other, divider, tag, otherTag } = this.#parts;
      const chosen = this.#compare[index];
      this.#other = undefined;
      for (const part of [other, divider, tag, otherTag]) part.hidden = !chosen;
      if (!chosen) return;
      tag.textContent = `.inr, ${kilo(this.#facts.fileBytes)}`;
      otherTag.textContent = `${chosen.label}, ${kilo(chosen.bytes)}`;
      const picture = new Image();
      picture.src = chosen.src;
      try {
        await picture.decode();
      } catch {
        this.#refuse(`${chosen.label}: ${chosen.src.slice(0, 80)} cannot be shown.`);
        return;
      }
      if (chosen === this.#compare[index]) this.#other = picture;
      this.#drawOther();
    }

    /** The other picture, under the same window; what it has between its pixels is the browser's business. */
    #drawOther() {
      const { other } = this.#parts;
      if (!this.#other) return;
      const { width, height, left, top, virtualWidth, virtualHeight } = this.view;
      [other.width, other.height] = [width, height];
      const context = other.getContext("2d");
      context.imageSmoothingEnabled = this.#painter.look !== "pixels";
      context.imageSmoothingQuality = "high";
      const [across, down] = [this.#other.naturalWidth / virtualWidth, this.#other.naturalHeight / virtualHeight];
      const [x, y] = [Math.max(left, 0), Math.max(top, 0)];
      const [wide, tall] = [Math.min(width, virtualWidth), Math.min(height, virtualHeight)];
      context.drawImage(this.#other, x * across, y * down, wide * across, tall * down, x - left, y - top, wide, tall);
    }

    // ----------------------------------------------------------------------------------------------- doing

    #listen() {
      const { stage, zoom, canvas, range, examples, input, compare, list, looks } = this.#parts;
      examples.addEventListener("change", () => this.open(this.#options.examples[examples.selectedIndex]));
      input.addEventListener("change", () => this.#openDropped(input.files[0]));
      compare.addEventListener("change", ({ target }) => this.#compareWith(target.selectedIndex - 1));
      range.addEventListener("input", () => stage.style.setProperty("--divide", `${range.value}%`));
      for (const radio of looks) radio.addEventListener("change", () => this.#setLook(radio.value));
      list.addEventListener("click", ({ target }) => {
        const button = target.closest("button");
        if (button) this.#choosePart(Number(button.dataset.part));
      });
      zoom.parentElement.addEventListener("click", ({ target }) => this.#do(target.closest("button")?.dataset.do));
      canvas.addEventListener("keydown", (event) => this.#key(event));
      canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
      for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
        canvas.addEventListener(kind, (event) => this.#pointer(event));
      }
      this.#listenToDrops();
      new ResizeObserver(() => this.#measure() && this.#painter?.update()).observe(stage);
    }

    #listenToDrops() {
      const element = this.#element;
      element.addEventListener("dragover", (event) => {
        event.preventDefault();
        element.classList.add("inr-dropping");
      });
      element.addEventListener("dragleave", () => element.classList.remove("inr-dropping"));
      element.addEventListener("drop", (event) => {
        event.preventDefault();
        element.classList.remove("inr-dropping");
        this.#openDropped(event.dataTransfer.files[0]);
      });
    }

    async #openDropped(file) {
      if (!file) return;
      if (file.size > LARGEST_FILE_BYTES) {
        this.#refuse(
          `${file.name}: ${count(file.size)} bytes, files of up to ${count(LARGEST_FILE_BYTES)} are opened.`,
        );
        return;
      }
      this.open({ name: file.name, file: new Uint8Array(await file.arrayBuffer()) });
    }

    /** Takes the canvas' size over into the view; whether there is one. */
    #measure() {
      if (!this.view) return false;
      const { clientWidth, clientHeight } = this.#parts.stage;
      const density = Math.min(devicePixelRatio || 1, MAX_DENSITY);
      this.view.resize(
        Math.max(1, Math.round(clientWidth * density)),
        Math.max(1, Math.round(clientHeight * density)),
        density,
      );
      return true;
    }

    #do(what) {
      if (!this.view || !what) return;
      const view = this.view;
      // By whole powers of two: levels that can be named and come back to.
      const level = Math.log2(view.zoom);
      if (what === "in") view.zoomTo(view.density * 2 ** Math.floor(level + 1.001));
      if (what === "out") view.zoomTo(view.density * 2 ** Math.ceil(level - 1.001));
      if (what === "fit") view.fit();
      if (what === "one") view.zoomTo(view.density);
      this.#painter.update();
    }

    #key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.view) return;
      const step = Math.round(Math.min(this.view.width, this.view.height) / 8);
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      const does = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "one" };
      if (event.key in moves) this.view.pan(...moves[event.key]);
      else if (!(event.key in does)) return;
      event.preventDefault();
      this.#do(does[event.key]);
      this.#painter.update();
    }

    #place(event) {
      const { left, top } = this.#parts.canvas.getBoundingClientRect();
      return [(event.clientX - left) * this.view.density, (event.clientY - top) * this.view.density];
    }

    #wheel(event) {
      if (!this.view) return;
      const lines = event.deltaMode === 1 ? 16 : 1;
      const before = this.view.scale;
      const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002));
      this.view.zoomTo(before * factor, ...this.#place(event));
      // At the end of the zoom the wheel is the page's again.
      if (this.view.scale !== before || event.ctrlKey) event.preventDefault();
      this.#painter.update();
    }

    #pointer(event) {
      if (!this.view) return;
      const { canvas } = this.#parts;
      const pointers = this.#pointers;
      if (event.type === "pointerdown" && event.button === 0) {
        canvas.focus({ preventScroll: true });
        canvas.setPointerCapture(event.pointerId);
        pointers.set(event.pointerId, this.#place(event));
      } else if (event.type === "pointermove" && pointers.has(event.pointerId)) {
        const before = middleAndSpread([...pointers.values()]);
        pointers.set(event.pointerId, this.#place(event));
        const after = middleAndSpread([...pointers.values()]);
        this.view.pan(before.x - after.x, before.y - after.y);
        if (before.spread) this.view.zoomTo((this.view.scale * after.spread) / before.spread, after.x, after.y);
        this.#painter.update();
      } else if (event.type !== "pointermove") {
        pointers.delete(event.pointerId);
      }
    }
  }

  /** Of one finger its place, of several their middle and how far from it the first is. */
  function middleAndSpread(places) {
    const mean = (axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
    const [x, y] = [mean(0), mean(1)];
    return { x, y, spread: Math.hypot(places[0][0] - x, places[0][1] - y) };
  }

  async function fetched(src) {
    if (location.protocol === "file:") throw new Error(FROM_DISK);
    const response = await fetch(src);
    if (!response.ok) throw new Error(`${src} cannot be loaded (${response.status})`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /**
   * Makes an element a viewer. An `<img>` inside it is what is seen until the first picture is there.
   *
   * @param {HTMLElement} element
   * @param {object} options
   * @param {{name: string, src?: string, file?: Uint8Array, compare?: {label: string, src: string, bytes: number}[]}[]}
   *   [options.examples] pictures to choose from, by address or as a file's bytes; the first is shown
   * @param {string} [options.priors] the address of the folder that holds `prior-N.js`
   * @param {boolean} [options.query] whether `?file=` of the page's address opens a file beside it
   * @returns {Viewer} its `open(example)` shows another, its `view` is what is seen; the element hears `inr-ready` and `inr-settled`
   */
  inr.viewer = (element, options = {}) => new Viewer(element, options);

  /** Elements of class `inr-viewer` with `data-examples` (JSON), `data-priors` and `data-query` become viewers. */
  function mountAll() {
    for (const element of document.querySelectorAll(".inr-viewer[data-examples]:not(.inr-mounted)")) {
      const { examples, priors, query } = element.dataset;
      inr.viewer(element, { examples: JSON.parse(examples), priors, query: query !== undefined });
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mountAll);
  else mountAll();
})();
