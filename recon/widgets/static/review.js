// The review widget: a virtual list of actions, what each would do, and one key for each verdict.
//
//   here -> kernel   {kind: "ready"}
//                    {kind: "decide", seq, ids, digests, decision, note, t}
//                    {kind: "undo", seq, after}
//   kernel -> here   {kind: "rows", n, plan, company, environment, app} and one buffer, columnar JSON
//                    {kind: "ack", seq, remaining, states: {id: [verdict, note]}}
//                    {kind: "error", seq, message}
//
// One message is on its way at a time: JupyterLab sends over the kernel's main shell until the kernel
// has opened a shell of its own for this, where a later message may overtake an earlier one. `seq`
// stays with its message when that is sent again, and is never given twice; `after` is the message
// that went out before, so that the kernel takes back no other step than the person meant.
//
// Text from the books only ever goes through textContent. Rows are never a trait, so no setting
// can save a client list into a notebook.

const ROW = 34; // px, as in the style sheet
const PATIENCE = 3000; // ms without an answer after which a person is told and what waits is sent
const LONGEST = 300; // characters of a side beyond which a difference is not searched letter by letter

const STATES = {
  "": { glyph: "○", word: "To do", done: "open again" },
  approve: { glyph: "✓", word: "Approved", done: "approved" },
  reject: { glyph: "✗", word: "Rejected", done: "rejected" },
  skip: { glyph: "–", word: "Skipped", done: "skipped" },
  ask: { glyph: "?", word: "Ask", done: "put to a colleague" },
};
const UNDO = {
  full: "Can be undone completely.",
  partial: "Can be undone in part.",
  none: "Cannot be undone.",
};
const KEYS = [
  ["a", "approve; what breaks links only once its note says so"], ["r or x", "reject"], ["s", "skip for now"], ["?", "ask a colleague"],
  ["u or Backspace", "take back the last step"], ["j k or ↓ ↑", "next, previous"],
  ["1 – 9", "that candidate"], ["/", "search"], ["Esc", "back to the list"], ["h", "this help"],
];
const INVISIBLE = /[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/;

// ---- what differs -------------------------------------------------------------------------------

const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter() : null;
const letters = (text) => (segmenter ? Array.from(segmenter.segment(text), (s) => s.segment) : Array.from(text));

/** Both texts as runs of [letters, differs], by longest common subsequence. */
export function difference(left, right) {
  const a = letters(left.slice(0, 4000)), b = letters(right.slice(0, 4000));
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const x = a.slice(start, a.length - end), y = b.slice(start, b.length - end);
  const keepX = new Array(x.length).fill(false), keepY = new Array(y.length).fill(false);
  if (x.length <= LONGEST && y.length <= LONGEST) {
    const width = y.length + 1, best = new Uint16Array((x.length + 1) * width);
    for (let i = x.length - 1; i >= 0; i -= 1)
      for (let j = y.length - 1; j >= 0; j -= 1)
        best[i * width + j] = x[i] === y[j]
          ? best[(i + 1) * width + j + 1] + 1
          : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
    for (let i = 0, j = 0; i < x.length && j < y.length; ) {
      if (x[i] === y[j]) keepX[i++] = keepY[j++] = true;
      else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i += 1;
      else j += 1;
    }
    // a few letters in common between two different words explain nothing: mark the words whole
    if (2 * keepX.filter(Boolean).length < Math.max(x.length, y.length)) [keepX, keepY].forEach((keep) => keep.fill(false));
  }
  const runs = (all, middle, keep) => {
    const found = [];
    const add = (letter, differs) => {
      if (found.length && found.at(-1)[1] === differs) found.at(-1)[0].push(letter);
      else found.push([[letter], differs]);
    };
    all.slice(0, start).forEach((letter) => add(letter, false));
    middle.forEach((letter, i) => add(letter, !keep[i]));
    all.slice(all.length - end).forEach((letter) => add(letter, false));
    return found;
  };
  return [runs(a, x, keepX), runs(b, y, keepY)];
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,4})?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const tenThousandths = (text) => {
  const [whole, part = ""] = text.replace("-", "").split(".");
  return (text.startsWith("-") ? -1n : 1n) * BigInt(whole + part.padEnd(4, "0"));
};
const grouped = (text) => text.replace(/^-/, "−").replace(/\d(?=(\d{3})+(\.|$))/g, (digit, ...rest) => {
  const [at, whole] = rest.slice(-2);
  return whole.includes(".") && at > whole.indexOf(".") ? digit : `${digit},`;
});
const isMoney = (left, right) => DECIMAL.test(left) && DECIMAL.test(right) && /\./.test(left + right);

/** How the right side stands to the left: {same, note}; amounts exactly, days as days. */
export function relation(left, right) {
  if (left === right) return { same: true, note: "" };
  if (isMoney(left, right)) {
    const by = tenThousandths(right) - tenThousandths(left);
    if (by === 0n) return { same: true, note: "" };
    const size = String(by < 0n ? -by : by).padStart(5, "0");
    const amount = `${size.slice(0, -4)}.${size.slice(-4).replace(/0{1,2}$/, "")}`;
    return { same: false, note: `${by < 0n ? "−" : "+"}${grouped(amount)}` };
  }
  if (DAY.test(left) && DAY.test(right)) {
    const days = Math.round((Date.parse(right) - Date.parse(left)) / 86400000);
    return { same: false, note: `${Math.abs(days)} day${Math.abs(days) === 1 ? "" : "s"} ${days < 0 ? "earlier" : "later"}` };
  }
  const digits = left.replace(/\D/g, "");
  if (digits.length >= 7 && digits === right.replace(/\D/g, "") && !/[a-z]/i.test(left + right))
    return { same: true, note: "same digits" };
  return { same: false, note: "" };
}

// ---- small pieces of page -----------------------------------------------------------------------

function make(tag, told = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(told)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "text") node.textContent = value;
    else if (name in node && typeof value === "boolean") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** A value of the books, isolated from the text around it; spaces at its ends and invisible
 *  characters are shown, because they make two names different. */
function shown(runs) {
  const value = make("bdi", { class: "rr-value" });
  runs.forEach(([run, differs], place) => {
    const edge = (i) => (place === 0 && i === 0) || (place === runs.length - 1 && i === run.length - 1);
    const piece = make(differs ? "mark" : "span");
    run.forEach((letter, i) => {
      if (letter === " " && (edge(i) || run[i + 1] === " " || run[i - 1] === " " || (differs && run.length === 1))) piece.append(make("span", { class: "rr-space", text: "·" }));
      else if (letter.length === 1 && INVISIBLE.test(letter)) {
        const code = letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
        piece.append(make("span", { class: "rr-hidden", text: `U+${code}`, title: "a character that cannot be seen" }));
      } else piece.append(letter);
    });
    piece.normalize();
    value.append(piece);
  });
  return value;
}

const brief = (text, most = 160) => (text.length > most ? `${text.slice(0, most)}…` : text);
const count = (n) => n.toLocaleString("en-US");
/** The tab's own storage; a browser may forbid it or it may be full: then only the kernel keeps. */
function inTab(use) {
  try {
    return use(sessionStorage);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}
const clock = () => new Date().toLocaleTimeString("en-GB");

// ---- the widget ---------------------------------------------------------------------------------

function render({ model, el }) {
  const id = `rr${Math.random().toString(36).slice(2, 8)}`;
  let rows = null; // columns of the plan: id, kind, title, compare, …
  let head = {};
  let place = new Map(); // action id -> row number
  let verdicts = [], notes = [];
  let view = []; // row numbers that are shown
  let at = 0; // cursor in `view`
  let asking = -1; // row whose note is being written; it stays in view
  let searchable = null;
  let seq = 0;
  let recent = [];
  let alarm = 0;
  let savedAt = "";
  let scalesOpen = true;
  let refusal = "", rolled = -1; // what the kernel refused, and the row that went back for it
  const wanted = { state: "", kind: "", band: "", text: "" };
  const pending = new Map(); // seq -> what was said and is not answered yet, oldest first; see `put`
  let sent = null; // seq of the message that went out last
  const written = new Map(); // action id -> what is typed as the note of what breaks links

  // the parts
  const title = make("h2", { class: "rr-title", text: "Loading the plan…" });
  const bar = make("div", { class: "rr-fill" });
  const meter = make("div", { class: "rr-meter", role: "progressbar", "aria-label": "Reviewed", "aria-valuemin": 0, "aria-valuemax": 0, "aria-valuenow": 0 }, bar);
  const tally = make("span", { class: "rr-tally" });
  const tabs = make("div", { class: "rr-tabs", role: "group", "aria-label": "Show" });
  const kinds = make("select", { "aria-label": "Action", on: { change: () => filter("kind", kinds.value) } });
  const bands = make("select", { "aria-label": "Match", on: { change: () => filter("band", bands.value) } });
  const search = make("input", { type: "search", "aria-label": "Search", placeholder: "Search  /", on: { input: () => filter("text", search.value) } });
  const bulk = make("button", { type: "button", class: "rr-bulk", on: { click: confirmBulk } });
  const sizer = make("div", { class: "rr-sizer", role: "presentation" });
  const list = make("div", { class: "rr-list", role: "listbox", tabindex: "0", "aria-label": "Actions", on: { scroll: paintRows, click: pick } }, sizer);
  const empty = make("div", { class: "rr-empty", hidden: true });
  const detail = make("div", { class: "rr-detail", tabindex: "0", role: "group", "aria-label": "The chosen action" });
  const buttons = make("div", { class: "rr-buttons" });
  const trail = make("div", { class: "rr-trail" });
  const saved = make("span", { class: "rr-saved" });
  const alertBox = make("div", { class: "rr-alert", role: "alert" });
  const live = make("div", { class: "rr-unseen", role: "status", "aria-live": "polite" });
  const dialog = make("div", { class: "rr-dialog", role: "dialog", "aria-modal": "true", "aria-labelledby": `${id}-ask`, hidden: true });
  const root = make("section", { class: "recon-review", tabindex: "-1", "aria-label": "Review of the plan", on: { keydown: key } },
    make("header", { class: "rr-head" }, title, make("div", { class: "rr-progress" }, meter, tally)),
    make("div", { class: "rr-filters" }, tabs, kinds, bands, search, bulk),
    make("div", { class: "rr-body" },
      make("div", { class: "rr-left" }, list, empty),
      make("div", { class: "rr-right" }, detail, buttons)),
    make("footer", { class: "rr-foot" }, trail, alertBox, saved,
      make("button", { type: "button", class: "rr-past rr-keys-button", on: { click: help } }, "Keys", make("kbd", { text: "h", "aria-hidden": "true" }))), dialog, live);
  // JupyterLab would take single keys as its own: x would cut the cell that holds this widget
  root.dataset.lmSuppressShortcuts = "true";
  for (const [verdict, name, hint] of [["approve", "Approve", "a"], ["reject", "Reject", "r"], ["skip", "Skip", "s"], ["ask", "Ask", "?"], ["undo", "Undo", "u"]])
    buttons.append(make("button", { type: "button", class: `rr-do rr-${verdict}`, on: { click: () => act(verdict) } },
      name, make("kbd", { text: hint, "aria-hidden": "true" })));
  el.append(root);

  // ---- what the kernel says

  function heard(content, buffers) {
    if (content.kind === "rows") load(content, JSON.parse(new TextDecoder().decode(buffers[0])));
    else if (content.kind === "ack") acknowledged(content);
    else if (content.kind === "error") refused(content);
  }

  function load(content, columns) {
    const keep = rows && view.length ? rows.id[view[at]] : null;
    head = content;
    rows = columns;
    verdicts = rows.verdict.slice();
    notes = rows.note.slice();
    searchable = null;
    place = new Map(rows.id.map((action, row) => [action, row]));
    title.textContent = `${head.company} · ${head.environment}`;
    options(kinds, "All actions", rows.kind);
    options(bands, "Any match", rows.band);
    sayAgain(pending.size ? unsent() : JSON.parse(inTab((tab) => tab.getItem(stored())) ?? "[]"));
    refresh(keep);
  }

  /** Says again what these rows do not show, under the number that it had. An undo counts for one step:
   *  first those whose decision has arrived; one of an earlier step only where it never went out. */
  function sayAgain(unanswered) {
    pending.clear();
    sent = null;
    const back = takenBack(unanswered), soon = [], later = [];
    for (const told of unanswered) {
      const decision = back.get(told);
      if (told.kind !== "undo") { if (missing(told).length) later.push(told); }
      else if (decision ? !missing(decision).length : told.out === null) soon.push(told);
      else if (decision) later.push(told);
    }
    for (const told of [...soon, ...later]) {
      if (told.kind === "undo") { put(told); continue; }
      const open = missing(told);
      enter(open.map((i) => told.ids[i]), told.verdict, told.note, open.map((i) => told.digests[i]), told.seq);
    }
    post();
  }

  /** Places of what a decision named and the rows do not show as decided so; none where all has arrived. */
  function missing({ ids, verdict, note }) {
    const open = (row) => row !== undefined && (verdicts[row] !== verdict || (note && notes[row] !== note));
    return ids.flatMap((action, i) => (open(place.get(action)) ? [i] : []));
  }

  /** Undo -> the decision that it takes back, where both wait for an answer. */
  function takenBack(unanswered) {
    const steps = [], pairs = new Map();
    for (const told of unanswered) {
      if (told.kind !== "undo") steps.push(told);
      else if (steps.length) pairs.set(told, steps.pop());
    }
    return pairs;
  }

  function acknowledged(content) {
    pending.delete(content.seq);
    post();
    const waiting = new Set([...pending.values()].flatMap((told) => told.ids));
    let first = null;
    for (const [action, [verdict, note]] of Object.entries(content.states)) {
      const row = place.get(action);
      if (row === undefined || waiting.has(action)) continue; // a later word is on its way
      if (verdicts[row] !== verdict) first ??= action;
      verdicts[row] = verdict;
      notes[row] = note;
    }
    savedAt = clock();
    if (content.undone !== undefined) {
      const n = content.undone;
      say(n ? `${n === 1 ? brief(rows.title[place.get(first)] ?? "one decision", 80) : `${count(n)} decisions`} taken back, ${count(left())} remaining` : "Nothing to take back");
      recent = recent.filter((row) => verdicts[row]);
      refresh(first);
    } else if (first) refresh();
    paintFoot();
  }

  function refused(content) {
    const told = pending.get(content.seq);
    const undo = [...takenBack(pending.values())].find(([, decision]) => decision === told)?.[0];
    pending.delete(content.seq);
    if (undo?.out === null) pending.delete(undo.seq); // it would take back the step before
    post();
    refusal = content.message;
    if (told?.ids.length) {
      const later = [...pending.values()];
      told.ids.forEach((action, i) => {
        const next = later.find((other) => other.ids.includes(action));
        if (next) next.before[next.ids.indexOf(action)] = told.before[i];
        else [verdicts[place.get(action)], notes[place.get(action)]] = told.before[i];
      });
      recent = recent.filter((row) => verdicts[row]);
      const row = place.get(told.ids[0]);
      if (!matches(row)) clearFilters();
      rolled = row;
      say("");
      refresh(told.ids[0]);
    }
    paintFoot();
  }

  // ---- what a person says

  function act(verdict) {
    if (!rows) return;
    refusal = "";
    rolled = -1;
    if (verdict === "undo") {
      put({ kind: "undo", ids: [] });
      post();
    } else if (view.length) {
      const row = view[at];
      if (verdict === "ask") return question(row);
      if (verdict === "approve" && rows.confirm[row]) confirm(row);
      else decide([row], verdict, "");
    }
    paintFoot();
  }

  function question(row) {
    asking = row;
    if (verdicts[row] !== "ask") decide([row], "ask", "");
    const field = detail.querySelector(".rr-note");
    field?.focus();
    field?.scrollIntoView?.({ block: "nearest" });
  }

  const plain = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  const breaking = (row) => written.get(rows.id[row]) ?? (verdicts[row] === "ask" ? notes[row] : "");

  /** Approves what breaks links once its note says which; until then the note waits to be written. */
  function confirm(row) {
    if (verdicts[row] === "approve") return;
    const note = breaking(row).trim();
    if (plain(note).includes(plain(rows.confirm[row]))) {
      list.focus({ preventScroll: true });
      decide([row], "approve", note);
      return;
    }
    const field = detail.querySelector(".rr-confirm");
    field?.setAttribute("aria-invalid", String(note !== ""));
    field?.focus();
    field?.closest(".rr-breaks").scrollIntoView?.({ block: "nearest" });
    say(`Not approved: it breaks links. Write ${rows.confirm[row]}, then Enter.`);
  }

  function answered(row, note) {
    asking = -1;
    if (note !== notes[row]) decide([row], "ask", note);
    else refresh(null, 1);
    list.focus({ preventScroll: true });
  }

  function decide(chosen, verdict, note) {
    const changed = chosen.filter((row) => verdicts[row] !== verdict || notes[row] !== note);
    if (changed.length) {
      enter(changed.map((row) => rows.id[row]), verdict, note);
      post();
      recent = [...recent.filter((row) => !changed.includes(row)), ...changed.slice(-6)].slice(-6);
      const named = changed.length === 1 ? brief(rows.title[changed[0]], 80) : `${count(changed.length)} actions`;
      say(`${named}: ${STATES[verdict].done}, ${count(left())} remaining`);
    }
    refresh(null, asking < 0 && chosen.length === 1 ? 1 : 0);
  }

  /** Shows a decision at once, and puts it into the outbox; the kernel may yet refuse it. */
  function enter(ids, verdict, note, digests = ids.map((action) => rows.digest[place.get(action)]), number = undefined) {
    const before = ids.map((action) => [verdicts[place.get(action)], notes[place.get(action)]]);
    for (const action of ids) [verdicts[place.get(action)], notes[place.get(action)]] = [verdict, note];
    put({ kind: "decide", seq: number, ids, verdict, note, digests, before });
  }

  // ---- the outbox

  /** {kind, seq, ids, verdict, note, digests, before, out}: `out` is when it went, null while it waits. */
  function put(told) {
    const number = told.seq ?? ++seq + id;
    pending.set(number, { ...told, seq: number, out: null });
  }

  /** Sends what has waited longest, unless another may yet be answered in time. */
  function post() {
    const now = performance.now(), all = [...pending.values()];
    const next = all.some((told) => awaited(told, now)) ? undefined : all.find((told) => told.out === null);
    if (next) next.out = now;
    keepUnsent(); // before it leaves: a page that is closed now still knows it
    if (next) {
      const { kind, seq: number, ids, digests, verdict: decision, note } = next;
      model.send(kind === "undo" ? { kind, seq: number, after: sent } : { kind, seq: number, ids, digests, decision, note, t: Date.now() });
      sent = number;
    }
    clearTimeout(alarm);
    const first = all.find((told) => awaited(told, now));
    if (first) alarm = setTimeout(late, PATIENCE - (now - first.out) + 5);
  }

  const awaited = (told, now) => told.out !== null && now - told.out < PATIENCE;

  function late() {
    post();
    paintFoot();
  }

  const stored = () => `recon-review:${head.plan}`;

  const unsent = () => Array.from(pending.values(), ({ before, ...told }) => told);

  /** Ids and the note, nothing of the books: this outlives a kernel, not the browser's tab. */
  function keepUnsent() {
    inTab((tab) => pending.size ? tab.setItem(stored(), JSON.stringify(unsent())) : tab.removeItem(stored()));
  }

  // ---- which rows are shown

  const left = () => verdicts.reduce((n, verdict) => n + (verdict === ""), 0);

  function matches(row, but = "") {
    if (row === asking) return true;
    if (but !== "state" && wanted.state !== "all" && verdicts[row] !== wanted.state) return false;
    if (but !== "kind" && wanted.kind && rows.kind[row] !== wanted.kind) return false;
    if (but !== "band" && wanted.band && rows.band[row] !== wanted.band) return false;
    return !wanted.text || searchable[row].includes(wanted.text);
  }

  function filter(what, value) {
    wanted[what] = what === "text" ? value.trim().toLowerCase() : value;
    if (wanted.text) searchable ??= rows.title.map((t, row) => [t, ...rows.compare[row].flat()].join("\n").toLowerCase());
    asking = -1;
    at = 0;
    list.scrollTop = 0;
    refresh();
  }

  function clearFilters() {
    Object.assign(wanted, { state: "all", kind: "", band: "", text: "" });
    kinds.value = bands.value = search.value = "";
  }

  /** Works out the view again; the cursor stays on `keep`, or where it was, or goes `step` on. */
  function refresh(keep = null, step = 0) {
    if (!rows) return;
    const old = view[at];
    view = [];
    for (let row = 0; row < rows.id.length; row += 1) if (matches(row)) view.push(row);
    const stay = view.indexOf(keep !== null && place.has(keep) ? place.get(keep) : old);
    if (stay >= 0) at = stay + (keep === null ? step : 0);
    at = Math.max(0, Math.min(at, view.length - 1));
    paint();
  }

  function move(to) {
    asking = -1;
    at = Math.max(0, Math.min(to, view.length - 1));
    refresh(rows && view.length ? rows.id[view[at]] : null);
  }

  function go(row) {
    asking = -1;
    if (!matches(row)) clearFilters();
    refresh(rows.id[row]);
    list.focus({ preventScroll: true });
  }

  // ---- drawing

  function paint() {
    const total = rows.id.length, done = total - left();
    const asked = verdicts.filter((verdict) => verdict === "ask").length;
    bar.style.width = `${total ? (100 * done) / total : 100}%`;
    meter.setAttribute("aria-valuemax", total);
    meter.setAttribute("aria-valuenow", done);
    tally.textContent = `${count(done)} of ${count(total)} reviewed · ${count(total - done)} remaining${asked ? ` · ${count(asked)} to ask` : ""}`;
    paintTabs();
    paintBulk();
    const none = view.length === 0;
    if (none && list.contains(document.activeElement)) root.focus({ preventScroll: true });
    list.hidden = none;
    empty.hidden = !none;
    empty.textContent = total && !left() && wanted.state === "" ? "All reviewed. Nothing has been sent to QuickBooks yet." : "Nothing to show here. Choose another view.";
    sizer.style.height = `${view.length * ROW}px`;
    const top = at * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    paintRows();
    paintDetail();
    paintFoot();
  }

  function paintTabs() {
    const tallies = { "": 0, approve: 0, reject: 0, skip: 0, ask: 0, all: 0 };
    for (let row = 0; row < rows.id.length; row += 1)
      if (matches(row, "state")) { tallies[verdicts[row]] += 1; tallies.all += 1; }
    if (!tabs.childElementCount)
      for (const state of Object.keys(tallies))
        tabs.append(make("button", { type: "button", "data-state": state, on: { click: () => filter("state", state) } },
          `${STATES[state]?.word ?? "All"} `, make("span", { class: "rr-n" })));
    for (const tab of tabs.children) {
      tab.setAttribute("aria-pressed", String(wanted.state === tab.dataset.state));
      tab.lastChild.textContent = count(tallies[tab.dataset.state]);
    }
  }

  function options(select, all, values) {
    const tallies = new Map();
    for (const value of values) if (value) tallies.set(value, (tallies.get(value) ?? 0) + 1);
    const chosen = select.value;
    select.replaceChildren(make("option", { value: "", text: all }),
      ...Array.from(tallies, ([value, n]) => make("option", { value, text: `${value} (${count(n)})` })));
    select.value = tallies.has(chosen) ? chosen : "";
  }

  /** What one step may approve of what is shown: undecided, of one kind, not one by one only. */
  function together() {
    const open = view.filter((row) => verdicts[row] === "");
    const chosen = open.filter((row) => rows.bulk[row] && !rows.rivals[row].length);
    return { chosen, out: open.length - chosen.length, kinds: new Set(open.map((row) => rows.kind[row])) };
  }

  function paintBulk() {
    const { chosen, kinds: several } = together();
    const possible = several.size === 1 && chosen.length > 0;
    bulk.disabled = !possible;
    bulk.textContent = possible ? `Approve ${count(chosen.length)} shown…` : "Approve shown…";
    bulk.title = possible || !several.size ? "" : several.size > 1 ? "Choose one action first: one step approves one kind only." : "These are decided one by one.";
  }

  function paintRows() {
    if (!rows) return;
    const from = Math.max(0, Math.floor(list.scrollTop / ROW) - 6);
    const to = Math.min(view.length, from + Math.ceil((list.clientHeight || 400) / ROW) + 12);
    const visible = [];
    for (let i = from; i < to; i += 1) visible.push(rowOf(i));
    sizer.replaceChildren(...visible);
    if (at >= from && at < to) list.setAttribute("aria-activedescendant", `${id}-${at}`);
    else list.removeAttribute("aria-activedescendant");
  }

  function rowOf(i) {
    const row = view[i], state = STATES[verdicts[row]];
    const pair = rows.compare[row].find(([field]) => /name$/i.test(field));
    const texts = pair && pair[1] && pair[2]
      ? [make("bdi", { class: "rr-cell", text: brief(pair[1]) }), make("bdi", { class: "rr-cell", text: brief(pair[2]) })]
      : [make("bdi", { class: "rr-cell rr-wide", text: brief(rows.title[row]) })];
    const node = make("div", {
      class: row === rolled ? "rr-row rr-rolled" : "rr-row", role: "option", id: `${id}-${i}`, "data-i": i, "data-verdict": verdicts[row] || "todo",
      "aria-selected": String(i === at), "aria-setsize": view.length, "aria-posinset": i + 1 },
      make("span", { class: "rr-glyph", text: state.glyph, "aria-hidden": "true" }),
      make("span", { class: "rr-unseen", text: `${state.word}. ` }),
      make("span", { class: "rr-kind", text: rows.kind[row] }),
      make("span", { class: "rr-band", text: rows.band[row] }), ...texts);
    node.style.top = `${i * ROW}px`;
    return node;
  }

  function paintDetail() {
    if (!view.length) return detail.replaceChildren();
    const row = view[at], state = STATES[verdicts[row]];
    const sides = rows.sides[row] ?? [head.app, "QuickBooks"];
    const sideBySide = make("table", { class: "rr-compare" },
      make("thead", {}, make("tr", {}, ...["", sides[0], "", sides[1]].map((text, i) =>
        i % 2 ? make("th", { scope: "col", text }) : make("td", {})))),
      make("tbody", {}, ...rows.compare[row].map(compared)));
    const typing = detail.contains(document.activeElement) && document.activeElement.matches(".rr-note, .rr-confirm")
      ? document.activeElement : null;
    const [kept, caret] = typing ? [typing.className, typing.selectionStart] : ["", 0];
    const parts = [
      make("div", { class: "rr-tags" },
        make("span", { class: "rr-kind", text: rows.kind[row] }),
        ...(rows.band[row] ? [make("span", { class: "rr-band", text: `${rows.band[row] === "none" ? "no" : rows.band[row]} match` })] : []),
        make("span", { class: "rr-state", "data-verdict": verdicts[row] || "todo", text: `${state.glyph} ${state.word}` }),
        ...candidates(row)),
      make("h3", {}, make("bdi", { text: brief(rows.title[row], 400) }))];
    if (rows.compare[row].length) parts.push(sideBySide);
    parts.push(part("Why", rows.why[row]));
    if (rows.evidence[row].length) parts.push(make("ul", { class: "rr-evidence" }, ...rows.evidence[row].map(reason)));
    parts.push(part("What will happen", rows.will[row]),
      make("p", { class: `rr-undoable rr-undo-${rows.undo[row]}`, text: UNDO[rows.undo[row]] }));
    if (rows.confirm[row] && verdicts[row] !== "approve") parts.push(confirmField(row));
    if (rows.weighed[row].length) parts.push(scales(rows.weighed[row]));
    if (verdicts[row] === "ask") parts.push(noteField(row));
    else if (notes[row]) parts.push(part("Note", notes[row]));
    detail.replaceChildren(...parts);
    const again = kept && detail.dataset.row === rows.id[row] ? detail.querySelector(`.${kept}`) : null;
    again?.focus();
    again?.setSelectionRange(caret, caret);
    if (detail.dataset.row !== rows.id[row]) detail.scrollTop = 0;
    detail.dataset.row = rows.id[row];
  }

  const part = (name, text) => make("div", { class: "rr-part" }, make("h4", { text: name }), make("p", { dir: "auto", text }));

  function compared([field, one, other]) {
    const { same, note } = one && other ? relation(one, other) : { same: one === other, note: "" };
    const plain = (text) => shown([[letters(isMoney(text, text) ? grouped(text) : brief(text, 4000)), false]]);
    const sign = !one !== !other ? "" : same ? "=" : "≠";
    const empty = () => make("span", { class: "rr-none", text: "none" });
    const money = isMoney(one, other), days = DAY.test(one) && DAY.test(other);
    const [a, b] = same || money || days || !one || !other ? [one ? plain(one) : empty(), other ? plain(other) : empty()]
        : difference(one, other).map(shown);
    return make("tr", { class: same ? "rr-same" : "rr-differs" }, make("th", { scope: "row", text: field }), make("td", {}, a),
      make("td", { class: "rr-sign" }, make("span", { text: sign, "aria-hidden": "true" }), make("span", { class: "rr-unseen", text: same ? "same" : sign ? "differs" : "on one side only" })),
      make("td", {}, b, ...(note ? [make("span", { class: "rr-by", text: note })] : [])));
  }

  function reason(text) {
    const sign = /^[+\-−]/.exec(text)?.[0];
    if (text.startsWith("but ")) return make("li", { class: "rr-against" }, make("span", { class: "rr-pm", text: "−" }), make("bdi", { text: text.slice(4) }));
    return make("li", { class: sign === "+" ? "rr-for" : sign ? "rr-against" : "" },
      make("span", { class: "rr-pm", text: sign === "+" ? "+" : sign ? "−" : "·" }), make("bdi", { text: sign ? text.slice(1).trim() : text }));
  }

  // one bar a reason from the middle: to the right it speaks for one party, to the left for two
  function scales(weighed) {
    const most = Math.max(...weighed.map(([, bits]) => Math.abs(bits)));
    const whole = weighed.reduce((sum, [, bits]) => sum + bits, 0);
    const bar = ([reason, bits]) => {
      const drawn = make("span", { class: bits < 0 ? "rr-bit rr-bit-no" : "rr-bit" });
      drawn.style.width = `${(50 * Math.abs(bits)) / most}%`;
      return make("tr", {}, make("th", { scope: "row", text: reason }),
        make("td", { class: "rr-scale" }, drawn), make("td", { class: "rr-bits", text: signed(bits) }));
    };
    const least = weighed.filter(([, bits]) => Math.abs(bits) < 1);
    const shown = weighed.filter(([, bits]) => Math.abs(bits) >= 1).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
    const rest = least.reduce((sum, [, bits]) => sum + bits, 0);
    if (least.length) shown.push(["all else", rest]);
    return make("details", { class: "rr-scales", open: scalesOpen, on: { toggle: (event) => { scalesOpen = event.target.open; } } },
      make("summary", { text: `What weighs how much: ${odds(whole)}` }),
      make("table", {}, make("tbody", {}, ...shown.map(bar))));
  }

  const signed = (bits) => (bits < 0 ? "−" : "+") + Math.abs(bits).toFixed(1);

  // a bit doubles the odds; odds beyond a million say no more than "over a million"
  function odds(bits) {
    const to = 2 ** Math.abs(bits);
    const told = to > 1e6 ? "over a million to 1" : `${grouped(String(to < 10 ? Math.round(to * 10) / 10 : Math.round(to)))} to 1`;
    return `${signed(bits)} bits, ${told} ${bits < 0 ? "against it" : "that it is the same"}`;
  }

  const group = (row) => [row, ...rows.rivals[row]].sort((a, b) => a - b);

  function candidates(row) {
    const all = group(row);
    if (all.length < 2) return [];
    const here = all.indexOf(row);
    const turn = (by, glyph, label) => make("button", { type: "button", class: "rr-turn", "aria-label": label, text: glyph,
      on: { click: () => go(all[(here + by + all.length) % all.length]) } });
    return [make("span", { class: "rr-candidates" }, turn(-1, "‹", "Candidate before"), `${here + 1} of ${all.length} candidates`, turn(1, "›", "Next candidate"))];
  }

  function noteField(row) {
    const field = make("input", { class: "rr-note", placeholder: "What should be asked? Enter keeps it", "aria-label": "Note for a colleague",
      on: { keydown: (event) => {
        if (event.key === "Enter") answered(row, field.value.trim());
        else if (event.key === "Escape") answered(row, notes[row]);
        else return;
        event.stopPropagation();
        event.preventDefault();
      } } });
    field.value = notes[row];
    return make("div", { class: "rr-part" }, make("h4", { text: "Question for a colleague" }), field);
  }

  /** Where somebody writes out which links an approval breaks; see `Action.confirm`. */
  function confirmField(row) {
    const says = `${id}-breaks`;
    const field = make("input", { class: "rr-confirm", placeholder: rows.confirm[row], "aria-describedby": says, autocomplete: "off", spellcheck: "false",
      "aria-label": "Note that names the links", on: {
        input: () => { written.set(rows.id[row], field.value); field.removeAttribute("aria-invalid"); },
        keydown: (event) => {
          if (event.key === "Enter") act("approve");
          else if (event.key === "Escape") list.focus({ preventScroll: true });
          else return;
          event.stopPropagation();
          event.preventDefault();
        } } });
    field.value = breaking(row);
    return make("div", { class: "rr-part rr-breaks" }, make("h4", { text: "Links that this breaks" }),
      make("p", { id: says, dir: "auto" }, "It is approved only with a note that says so. Write: ",
        make("bdi", { class: "rr-words", text: rows.confirm[row] })), field);
  }

  function paintFoot() {
    const waiting = [...pending.values()];
    const now = performance.now();
    const lost = waiting.some((told) => told.out !== null && !awaited(told, now));
    root.classList.toggle("rr-late", lost);
    const unsaved = waiting.reduce((n, told) => n + told.ids.length, 0);
    const silent = unsaved
      ? `${count(unsaved)} decision${unsaved === 1 ? "" : "s"} not saved yet: the notebook's kernel does not answer. They are kept in this tab and sent again when it is back.`
      : "The kernel does not answer: whether the last undo has happened is not known yet.";
    const problem = lost ? silent : refusal;
    if (alertBox.textContent !== problem) alertBox.textContent = problem;
    saved.textContent = lost ? "" : waiting.length ? "saving…" : savedAt ? `saved ${savedAt}` : "every decision is saved at once";
    trail.replaceChildren(...recent.slice().reverse().map((row) =>
      make("button", { type: "button", class: "rr-past", "data-verdict": verdicts[row] || "todo", title: "Go back to it", on: { click: () => go(row) } },
        make("span", { text: `${STATES[verdicts[row]].glyph} ` }), make("bdi", { text: brief(rows.title[row], 60) }))));
  }

  const say = (text) => { live.textContent = text; };

  // ---- asking once, helping

  function open(heading, children, chosen) {
    dialog.replaceChildren(make("h3", { id: `${id}-ask`, text: heading }), ...children,
      make("div", { class: "rr-dialog-buttons" }, ...chosen));
    dialog.hidden = false;
    dialog.querySelector("button").focus();
  }

  function close() {
    dialog.hidden = true;
    (view.length ? list : root).focus({ preventScroll: true });
  }

  const button = (text, look, click) => make("button", { type: "button", class: `rr-do ${look}`, text, on: { click } });

  function confirmBulk() {
    const { chosen, out } = together();
    const kind = rows.kind[chosen[0]], step = Math.max(1, Math.floor(chosen.length / 4));
    const some = chosen.filter((_, i) => i % step === 0).slice(0, 4);
    open(`Approve ${count(chosen.length)} × ${kind}?`, [
      make("p", { text: `Nothing is sent yet, and one Undo takes all ${count(chosen.length)} back.${out ? ` ${count(out)} more are left out: they are decided one by one.` : ""} Some of them:` }),
      make("ul", {}, ...some.map((row) => make("li", {}, make("bdi", { text: brief(rows.title[row], 120) }))))],
    [button(`Approve ${count(chosen.length)}`, "rr-approve", () => { close(); refusal = ""; rolled = -1; decide(chosen, "approve", ""); }), button("Cancel", "", close)]);
  }

  function help() {
    open("Keys", [make("dl", { class: "rr-keys" }, ...KEYS.flatMap(([name, does]) => [make("dt", {}, make("kbd", { text: name })), make("dd", { text: does })]))],
      [button("Close", "", close)]);
  }

  // ---- keys and clicks

  function pick(event) {
    const node = event.target.closest(".rr-row");
    if (node) move(Number(node.dataset.i));
    list.focus({ preventScroll: true });
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !rows) return;
    event.stopPropagation(); // the page around has its own single keys
    if (!dialog.hidden) return dialogKey(event);
    if (event.key === "Escape") { list.focus({ preventScroll: true }); return; }
    const typing = event.target.matches("input, select, textarea");
    if (typing || (event.target.matches("button") && (event.key === "Enter" || event.key === " "))) {
      if (event.target === search && (event.key === "Enter" || event.key === "ArrowDown")) list.focus({ preventScroll: true });
      return;
    }
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
    const does = {
      a: () => act("approve"), r: () => act("reject"), x: () => act("reject"), s: () => act("skip"), "?": () => act("ask"),
      u: () => act("undo"), Backspace: () => act("undo"), h: help, "/": () => { search.focus(); search.select(); },
      j: () => move(at + 1), ArrowDown: () => move(at + 1), k: () => move(at - 1), ArrowUp: () => move(at - 1),
      Home: () => move(0), End: () => move(view.length - 1), PageDown: () => move(at + page), PageUp: () => move(at - page),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const nth = /^[1-9]$/.test(event.key) && view.length ? group(view[at])[Number(event.key) - 1] : undefined;
    if (does) does();
    else if (nth !== undefined) go(nth);
    else return;
    event.preventDefault();
  }

  function dialogKey(event) {
    if (event.key === "Escape" || event.key === "h") close();
    else if (event.key === "Tab") {
      const all = [...dialog.querySelectorAll("button")], here = all.indexOf(document.activeElement);
      all[(here + (event.shiftKey ? -1 : 1) + all.length) % all.length].focus();
    } else return;
    event.preventDefault();
  }

  model.on("msg:custom", heard);
  model.send({ kind: "ready" });
  const resized = new ResizeObserver(() => paintRows());
  resized.observe(list);
  return () => {
    resized.disconnect();
    clearTimeout(alarm);
    model.off("msg:custom", heard);
  };
}

export default { render };
