// Leaves the page of a long run for its result once the run is over.
document.body.addEventListener("htmx:sseMessage", (event) => {
  if (event.detail.type === "over") window.location.reload();
});
document.body.addEventListener("htmx:sseClose", (event) => {
  if (event.detail.type === "message") window.location.reload();
});
