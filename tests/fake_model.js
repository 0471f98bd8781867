// The kernel's end of the widget, as anywidget shows it: answers each message before the next key.
(() => {
  const heard = new Set();
  const model = {
    sent: [], refuse: null, silent: false, steps: [], said: new Map(),
    on: (_event, act) => heard.add(act),
    off: (_event, act) => heard.delete(act),
    emit: (content, buffers = []) => heard.forEach((act) => act(content, buffers)),
    send(content) {
      model.sent.push(content);
      if (!model.silent) queueMicrotask(() => model.answer(content));
    },
    answer({ kind, seq, ids, decision, note }) {
      const { id, verdict, note: notes } = model.columns;
      if (kind === "ready") {
        const bytes = new TextEncoder().encode(JSON.stringify(model.columns));
        return model.emit({ kind: "rows", n: id.length, ...model.head }, [new DataView(bytes.buffer)]);
      }
      if (model.refuse) return model.emit({ kind: "error", seq, message: model.refuse });
      let states = {};
      if (kind === "undo") states = model.steps.pop() ?? {};
      else {
        model.steps.push(Object.fromEntries(ids.map((one) => [one, model.said.get(one) ?? ["", ""]])));
        states = Object.fromEntries(ids.map((one) => [one, [decision, note]]));
      }
      for (const [one, state] of Object.entries(states)) {
        model.said.set(one, state);
        [verdict[id.indexOf(one)], notes[id.indexOf(one)]] = state;
      }
      const undone = kind === "undo" ? { undone: Object.keys(states).length } : {};
      model.emit({ kind: "ack", seq, remaining: verdict.filter((v) => !v).length, states, ...undone });
    },
  };
  window.model = model;
  window.start = async (source, columns, head) => {
    Object.assign(model, { columns, head });
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    window.widget = await import(url);
    window.leave = window.widget.default.render({ model, el: document.getElementById("host") });
  };
})();
