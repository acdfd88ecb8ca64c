// Shows what is typed in the editor as schools would meet it. Everything works without this file: a button shows it too.
const PAUSE_MS = 400;

for (const form of document.querySelectorAll("[data-preview]")) {
  let timer = 0;
  let latest = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  });

  async function show() {
    const mine = ++latest;
    const sent = new FormData(form);
    sent.set("step", "preview");
    try {
      const reply = await fetch(form.action, { method: "POST", body: sent, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const found = page.getElementById("preview");
      // while it will not do, the preview stays as it was; the button says why
      if (mine === latest && reply.ok && found) document.getElementById("preview").replaceChildren(...found.childNodes);
    } catch {
      // without a connection there is nothing to show; what was typed stays
    }
  }
}
