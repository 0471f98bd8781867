"use strict";
for (const box of document.querySelectorAll("input[data-list]")) {
  const rows = [...document.querySelectorAll("#" + box.dataset.list + " tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const told = document.getElementById(box.dataset.list + "-told");
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = !texts[place].includes(wanted);
      shown += row.hidden ? 0 : 1;
    });
    told.textContent = wanted ? shown + " of " + rows.length + " shown" : "";
  });
}
