const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escape(text) {
  return String(text).replace(/[&<>"]/g, (character) => ENTITIES[character]);
}

export function price(cents) {
  return `€ ${(cents / 100).toFixed(2)}`;
}

/** @param products of the API: { id, name, price_cents, stock } */
export function shopPage(products) {
  return page(`
    <ul>${products.map(product).join('')}</ul>
    <form id="order" hidden>
      <label>Your e-mail address <input name="email" type="email" required></label>
      <button>Order</button>
    </form>
    <pre id="confirmation" aria-live="polite"></pre>`);
}

export function waitingPage() {
  return page('<p>The shop opens in a moment. Please try again.</p>');
}

function product({ id, name, price_cents, stock }) {
  const left = stock > 0 ? `${Number(stock)} left` : 'sold out';
  const choose = `<input name="${Number(id)}" type="number" min="0" max="${Number(stock)}" value="0" form="order">`;
  return `<li><b>${escape(name)}</b> ${price(price_cents)} <small>${left}</small>${stock > 0 ? choose : ''}</li>`;
}

const page = (body) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Shop</title>
  <link rel="stylesheet" href="/shop.css">
  <script src="/shop.js" defer></script>
</head>
<body>
  <h1>Shop</h1>${body}
</body>
</html>
`;
