// Keeps the progress of work in the background up to date; without this file a link does the same.
const PAUSE_MS = 2000;

async function look() {
  const reply = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (reply?.ok) {
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) return;
    document.getElementById("progress").replaceWith(fresh);
    if (fresh.dataset.watch !== "yes") return;
  }
  setTimeout(look, PAUSE_MS);
}

setTimeout(look, PAUSE_MS);
