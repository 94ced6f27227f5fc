import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escape, price, shopPage } from '../src/page.js';

test('a price has two decimals', () => assert.equal(price(1250), '€ 12.50'));

test('what the API answers is text on the page', () => {
  assert.equal(escape('<b> "&"'), '&lt;b&gt; &quot;&amp;&quot;');
  assert.doesNotMatch(shopPage([{ id: 1, name: '<script>', price_cents: 1, stock: 1 }]), /<script>/);
});

test('what is sold out cannot be chosen', () => {
  const products = [
    { id: 1, name: 'Mug', price_cents: 1200, stock: 2 },
    { id: 2, name: 'Towel', price_cents: 900, stock: 0 },
  ];
  const page = shopPage(products);
  assert.match(page, /Mug.*2 left/);
  assert.match(page, /Towel.*sold out/);
  assert.deepEqual(page.match(/type="number"/g)?.length, 1);
});
