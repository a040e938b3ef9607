// What Python cannot do in the browser: theme, dialogs, toasts, hotkeys, uploads, scrolling.
const crm = (window.crm = {});
const root = document.documentElement;
const find = (selector, inside = document) => inside.querySelector(selector);

// Theme: Reflex's page paints localStorage.theme ("system" at first) before anything shows.
crm.theme = (mode) => {
  const wanted = mode || (root.classList.contains("dark") ? "light" : "dark");
  localStorage.setItem("theme", wanted);
  root.classList.remove("light", "dark");
  root.classList.add(wanted);
  root.style.colorScheme = wanted;
};

crm.open = (id) => {
  const overlay = document.getElementById(id);
  if (overlay && !overlay.open) overlay.showModal();
  settle();
};
crm.close = (id) => document.getElementById(id)?.close();
// Photos full screen: a rail that snaps, so a finger or the arrow keys swipe it by themselves.
crm.show = (id) => crm.open("viewer") || document.getElementById(`photo-${id}`)?.scrollIntoView();
crm.turn = (step) => ((rail) => rail.scrollBy({ left: step * rail.clientWidth }))(find("[data-rail]"));

crm.toast = (message, kind = "fine") => {
  let box = find(".toasts");
  if (!box) {
    box = Object.assign(document.createElement("div"), { className: "toasts" });
    box.setAttribute("role", "status");
    box.popover = "manual"; // the top layer, so that an open dialog does not hide it
    document.body.append(box);
  }
  for (const same of [...box.children]) if (same.textContent === message) same.remove();
  const said = { className: `toast tone-${kind}`, textContent: message };
  const text = Object.assign(document.createElement("div"), said);
  text.dataset.testid = "toast";
  box.hidePopover?.();
  box.append(text);
  box.showPopover?.();
  setTimeout(() => text.remove(), kind === "blocked" ? 9000 : 4500);
};

// Upload one file as it is; the server answers {"href": ...}, {"said": "..."} or {"error": "..."}.
const say = (selector, words, inside) => {
  const place = find(selector, inside) || find(selector);
  if (place) place.textContent = words;
};
crm.upload = (inputId, url, given) => {
  const input = document.getElementById(inputId);
  const file = given || input?.files[0];
  const inside = input?.closest("[data-drop]")?.parentElement || document;
  say("[data-upload-error]", "", inside);
  if (!file) return say("[data-upload-error]", "Choose a file first.", inside);
  const request = new XMLHttpRequest();
  const ended = (words = "The file was not taken. Try again.", said = "") => {
    say("[data-upload-progress]", said, inside);
    say("[data-upload-error]", words, inside);
    if (input) input.value = "";
  };
  request.open("PUT", url);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  for (const { name, value } of inside.querySelectorAll("select, input:not([type=file])"))
    if (name) request.setRequestHeader(`X-${name.replaceAll("_", "-")}`, encodeURIComponent(value));
  request.upload.onprogress = (event) => {
    const part = Math.round((100 * event.loaded) / Math.max(1, event.total));
    const words = part < 100 ? `${part} % of ${file.name}` : `Reading ${file.name}`;
    say("[data-upload-progress]", words, inside);
  };
  request.onerror = () => ended("The connection broke. Try again.");
  request.onload = () => {
    const isJson = request.getResponseHeader("content-type")?.includes("json");
    const answer = isJson ? JSON.parse(request.responseText) : {};
    if (request.status < 300 && answer.href) location.assign(answer.href);
    else ended(answer.said ? "" : answer.error || answer.detail, answer.said);
  };
  request.send(file);
};
// A zone: <div data-drop="/imports/file"><input type=file id=...></div>; choosing sends at once.
const zoneOf = (event) => event.target.closest?.("[data-drop]");
document.addEventListener("change", (event) => {
  const zone = event.target.type === "file" && zoneOf(event);
  if (zone && event.target.files.length) crm.upload(event.target.id, zone.dataset.drop);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.toggleAttribute("data-over", kind === "dragover");
    const file = event.dataTransfer?.files[0];
    if (kind === "drop" && file) crm.upload(find("input", zone)?.id, zone.dataset.drop, file);
  });
}

// Hotkeys: / and Cmd-K search, j k move, Enter opens (a row is a link), Cmd-Enter sends.
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
const typing = (el) => el.matches?.("input, textarea, select, [contenteditable]");
// A button may be off until the server has seen the last letters: wait for it, half a second.
const press = (button, tries = 10) => {
  if (button?.disabled && tries) setTimeout(press, 50, button, tries - 1);
  else button?.click();
};
document.addEventListener("keydown", (event) => {
  const held = event.metaKey || event.ctrlKey, at = event.target;
  if (held && event.key === "Enter") {
    const form = at.closest?.("form");
    at.dispatchEvent(new Event("focusout", { bubbles: true }));
    return form && press(find("[type=submit]", form));
  }
  if ((held && event.key === "k") || (event.key === "/" && !held && !typing(at))) {
    const search = find("[data-search]");
    return search && (event.preventDefault(), search.focus());
  }
  if (held || event.altKey || typing(at) || find("dialog[open]")) return;
  const step = { j: 1, k: -1 }[event.key];
  const all = step ? rows() : [];
  const next = all.indexOf(document.activeElement.closest("[data-row]")) + step;
  all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
});
// A click beside a dialog, or on a link inside one, closes it.
document.addEventListener("click", (event) => {
  const overlay = event.target.closest?.("dialog[open]");
  if (overlay && (event.target === overlay || event.target.closest("a[href]"))) overlay.close();
});
// The second click of a double click does a deed no second time.
const DEEDS = "[type=submit], .button-primary, .button-danger, dialog .button";
document.addEventListener("click", (event) => event.detail > 1 && event.target.closest?.(DEEDS)
  && (event.preventDefault(), event.stopImmediatePropagation()), true);
// Threads stay at their end while the person is there; text areas grow with their text.
const near = (el) => el.scrollHeight - el.scrollTop - el.clientHeight < 80;
const grown = new WeakMap();
const settle = () => {
  for (const el of document.querySelectorAll("[data-stick-bottom]")) {
    if (el.dataset.at !== location.pathname) el.dataset.free = "false"; // another thread
    el.dataset.at = location.pathname;
    if (el.dataset.free !== "true") el.scrollTop = el.scrollHeight;
  }
  for (const area of document.querySelectorAll("textarea.grows")) {
    if (!area.offsetParent || grown.get(area) === area.value) continue;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, innerHeight * 0.4)}px`;
    grown.set(area, area.value);
  }
};
document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.("[data-stick-bottom]")) target.dataset.free = String(!near(target));
}, true);
document.addEventListener("input", settle);
new MutationObserver(settle).observe(root, { childList: true, subtree: true, characterData: true });
settle();
