// Saves what is typed on a page of questions. Everything works without this file: the button saves too.
// A save keeps its key until the server has answered, so that sending it again never counts twice.
const PAUSE_MS = 700;
const AGAIN_MS = 5000;

for (const form of document.querySelectorAll("[data-autosave]")) watch(form);

function watch(form) {
  const status = form.querySelector("[data-save-status]");
  const clashes = form.querySelector("[data-clashes]");
  const changed = new Set();
  let waiting = null; // what is on its way: sent again as it was until it is answered
  let timer = 0;

  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]")?.dataset.field;
    if (!field || event.target.type === "file") return;
    settleCannot(event.target);
    changed.add(field);
    later(PAUSE_MS);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send(true);
  });
  addEventListener("online", () => send());

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  async function send(leaving) {
    clearTimeout(timer);
    if (waiting?.flying) return;
    if (!waiting) {
      if (!changed.size) return;
      waiting = { body: bodyOf(form, changed), fields: [...changed] };
      changed.clear();
    }
    waiting.flying = true;
    say("Saving …");
    const reply = await post(form.dataset.autosave, waiting.body, leaving === true);
    waiting.flying = false;
    if (reply === null) {
      say("Not saved: there is no connection. What you typed is still here, and will be saved when there is one.", true);
      return later(AGAIN_MS);
    }
    const { fields } = waiting;
    waiting = null;
    if (reply.refused) return say(`Not saved: ${reply.refused}`, true);
    form.elements.version.value = reply.version;
    tell(fields, reply);
    if (changed.size) later(0);
  }

  function tell(fields, reply) {
    const problems = Object.values(reply.problems);
    if (reply.clashes.length) {
      clashes.replaceChildren(...reply.clashes.map(clashOf));
      say("Not saved: somebody else answered this meanwhile. Both answers are kept.", true);
    } else if (problems.length && problems.length === fields.length) say(`Not saved yet. ${problems[0]}`, true);
    else say(`Saved at ${reply.saved}`);
  }

  function say(words, trouble = false) {
    status.textContent = words;
    status.classList.toggle("sw-save--trouble", trouble);
  }
}

function bodyOf(form, fields) {
  const all = new FormData(form);
  const body = new URLSearchParams();
  for (const name of ["csrfmiddlewaretoken", "version"]) body.append(name, all.get(name));
  body.append("key", crypto.randomUUID());
  for (const field of fields) body.append("fields", field);
  for (const [name, value] of all) {
    const field = name.split(":")[0];
    if (fields.has(field) && typeof value === "string") body.append(name, value);
  }
  return body;
}

async function post(address, body, keepalive) {
  try {
    const reply = await fetch(address, { method: "POST", body, keepalive, credentials: "same-origin", redirect: "manual" });
    if (reply.ok || reply.status === 409) return await reply.json();
    if (reply.type === "opaqueredirect" || reply.status === 403) return { refused: "you are signed out. Sign in again in another tab." };
    if (reply.status < 500) return { refused: "the page is out of date. Reload it." };
  } catch {
    // no connection, or half an answer: the same save goes again
  }
  return null;
}

// "We cannot say" and an answer take each other away.
function settleCannot(input) {
  const group = input.closest("[data-field]");
  const cannot = group.querySelector("[name$=':cannot']");
  if (!cannot) return;
  if (input === cannot) {
    if (!cannot.checked) return;
    for (const other of group.querySelectorAll("input, select, textarea")) {
      if (other === cannot) continue;
      if (other.type === "checkbox") other.checked = false;
      else other.value = "";
    }
  } else cannot.checked = false;
}

function clashOf(clash) {
  const box = document.createElement("div");
  box.className = "sw-clash";
  const line = document.createElement("p");
  line.className = "govuk-body";
  line.textContent = `You: ${clash.mine}. ${clash.name} at ${clash.at}: ${clash.theirs}, which stands for now. `;
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = location.pathname;
  link.textContent = "Show both and settle it";
  line.append(link);
  box.append(line);
  return box;
}
