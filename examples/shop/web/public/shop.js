// Orders what is chosen, then waits until the worker has confirmed it.
const form = document.querySelector('#order');
const result = document.querySelector('#confirmation');

async function call(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error.message);
  return body;
}

async function order() {
  const items = [...form.elements]
    .filter(({ type, value }) => type === 'number' && Number(value) > 0)
    .map(({ name, value }) => ({ product: Number(name), quantity: Number(value) }));
  const body = JSON.stringify({ email: form.elements.email.value, items });
  const placed = await call('/api/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  result.textContent = `Order ${placed.id} is placed.`;
  for (let tries = 0; tries < 30; tries++) {
    const { confirmation } = await call(`/api/orders/${placed.id}`);
    if (confirmation) return confirmation;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return result.textContent;
}

if (form) {
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    order().then(
      (text) => {
        result.textContent = text;
      },
      (error) => {
        result.textContent = error.message;
      },
    );
  });
}
