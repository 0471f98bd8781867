// A piece of page that the kernel draws: HTML comes as a message, presses of its buttons go back.
// Nothing of it is a trait, so no setting of JupyterLab can save it into a notebook.
//   kernel -> here   {kind: "page"} and one buffer, HTML with every value escaped by the kernel
//                    {kind: "progress", what, done, total}
//   here -> kernel   {kind: "ready"} · {kind: "press", act, which}

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "recon-shown";
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab would cut the cell at a single key
  const body = document.createElement("div");
  const work = document.createElement("div");
  work.className = "rs-work";
  work.setAttribute("role", "status");
  work.hidden = true;
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  work.append(bar, words);
  root.append(body, work);
  el.append(root);

  let pressed = "";
  const name = (control) => `${control.dataset.act} ${control.dataset.which ?? ""}`;
  const press = (control, which) => {
    pressed = name(control);
    busy(true);
    model.send({ kind: "press", act: control.dataset.act, which });
  };
  const busy = (on) => {
    for (const control of body.querySelectorAll("button, input, select")) control.disabled = on || control.dataset.locked === "true";
  };

  const heard = (content, buffers) => {
    if (content.kind === "page") {
      body.innerHTML = new TextDecoder().decode(buffers[0]);
      work.hidden = true;
      busy(false);
      if (!pressed) return;
      const controls = [...body.querySelectorAll("button[data-act], select[data-act]")];
      const again = controls.find((control) => name(control) === pressed) ?? controls[0];
      again?.closest("details")?.setAttribute("open", "");
      pressed = "";
      (again && !again.disabled ? again : body.querySelector(".rs-said"))?.focus();
    } else if (content.kind === "progress") {
      work.hidden = false;
      if (content.total) bar.max = content.total;
      else bar.removeAttribute("value");
      if (content.total) bar.value = content.done;
      words.textContent = content.what;
    }
  };
  const clicked = (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button || button.disabled) return;
    press(button, button.dataset.which ?? "");
  };
  const changed = (event) => {
    const chosen = event.target.closest("select[data-act]");
    if (chosen) press(chosen, chosen.dataset.which + chosen.value);
    if (!event.target.matches("input[data-unlocks]")) return;
    for (const button of body.querySelectorAll(`button[data-act="${event.target.dataset.unlocks}"]`)) {
      button.dataset.locked = String(!event.target.checked);
      button.disabled = !event.target.checked;
    }
  };

  model.on("msg:custom", heard);
  root.addEventListener("click", clicked);
  root.addEventListener("change", changed);
  model.send({ kind: "ready" });
  return () => model.off("msg:custom", heard);
}

export default { render };
