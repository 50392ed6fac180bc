// Talks to the control API; every action takes and gives one JSON object.

export async function call(action, wanted) {
  const response = await fetch(`/_/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wanted),
  });
  return response.json();
}

// Calls `changed` for every change, and `back` whenever a lost connection is there again.
export function listen(changed, back) {
  const socket = new WebSocket(`ws://${location.host}/_/live`);
  socket.addEventListener("open", back);
  socket.addEventListener("message", (event) => changed(JSON.parse(event.data)));
  socket.addEventListener("close", () => setTimeout(() => listen(changed, back), 700));
}
