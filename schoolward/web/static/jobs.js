// Keeps the progress of work in the background up to date; without scripts the page says the same when loaded again.
for (const place of document.querySelectorAll('[data-job]')) {
  const sentence = place.querySelector('[data-job-sentence]')
  const shown = place.querySelector('[data-job-progress]')
  const look = async () => {
    const reply = await fetch(place.dataset.job).catch(() => null)
    if (!reply || !reply.ok) return setTimeout(look, 10000)
    const job = await reply.json()
    if (job.ended) return location.reload()
    const bar = shown.querySelector('progress')
    const count = job.total ? `${job.done.toLocaleString('en-GB')} of ${job.total.toLocaleString('en-GB')}` : ''
    if (bar && job.total) { bar.max = job.total; bar.value = job.done; bar.nextElementSibling.textContent = count }
    else if (job.total) shown.textContent = count
    if (sentence.textContent !== job.sentence) sentence.textContent = job.sentence
    setTimeout(look, 2000)
  }
  setTimeout(look, 2000)
}
