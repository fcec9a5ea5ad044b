// The pairing with the agent's port: reading the code a person enters, and speaking through the port.
// agent.js decides what is said; the code is entered on the page of options.js.

const CODE = /^(\d{1,5})-([\w-]{43})$/;

// {port, token}, or null for what is no code.
export function readCode(text) {
  const found = CODE.exec(text.trim());
  return found && Number(found[1]) > 0 && Number(found[1]) < 65536 ? { port: Number(found[1]), token: found[2] } : null;
}

const at = (pairing, path) => `http://127.0.0.1:${pairing.port}/${path}`;

// The status; 0 when nobody answers.
export async function post(pairing, path, body) {
  try {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${pairing.token}` };
    return (await fetch(at(pairing, path), { method: "POST", headers, body })).status;
  } catch (error) {
    return 0;
  }
}

// Whether who listens there knows the token: asked with a challenge before the token or a message is sent.
export async function isAgent(pairing) {
  const challenge = crypto.randomUUID();
  try {
    const answer = await fetch(at(pairing, "hello"), { method: "POST", body: challenge });
    return answer.ok && (await answer.text()) === (await proof(pairing.token, challenge));
  } catch (error) {
    return false;
  }
}

async function proof(token, challenge) {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(token), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(challenge)));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
