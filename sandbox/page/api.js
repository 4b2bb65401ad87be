// Talking to the sandbox server.

async function answer(response) {
  if (response.ok) return response.json();
  const body = await response.json().catch(() => ({}));
  throw new Error(body.detail || `HTTP ${response.status}`);
}

export async function read(path) {
  return answer(await fetch(path));
}

export async function post(action, body) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(`/api/${action}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function upload(fields, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append("files", file, file.name);
  return answer(await fetch("/api/files", { method: "POST", body: form }));
}

// `ready` is called at each (re)connection: whatever was missed is to be read again then.
export function listen({ ready, change, lost }) {
  const source = new EventSource("/api/events");
  source.addEventListener("ready", ready);
  source.addEventListener("change", (event) => change(JSON.parse(event.data)));
  source.addEventListener("error", lost);
}
