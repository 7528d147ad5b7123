import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { registeredDocuments } from './registered-documents.ts';

const cart = 'query Cart { cart { ...Parts } }\n\nfragment Parts on Cart { id }';
const file = 'query A { a }\nquery B { b }';
const documents = registeredDocuments([cart, file]);

test('a registered document is found by its hash', () => {
  expect(documents.byHash(createHash('sha256').update(cart).digest('hex'))).toBe(cart);
  expect(documents.byHash(createHash('sha256').update('{ cart { id } }').digest('hex'))).toBeNull();
});

test.each<[string, string, string | null, string | null]>([
  ['to the letter', cart, null, cart],
  ['with other spaces and comments', cart.replaceAll(' ', ' # x\n  '), 'Cart', cart],
  ['with its fragment first', cart.split('\n\n').toReversed().join(' '), null, cart],
  ['among other operations', `${cart} query Other { other }`, 'Cart', cart],
  ['a file of several operations', file, 'B', file],
  ['an operation of that file alone', 'query B { b }', null, null],
  ['with one field more', cart.replace('{ id }', '{ id quote { total { amount } } }'), null, null],
  ['with an alias', cart.replace('{ id }', '{ x: id }'), null, null],
  ['with another name', cart.replace('Cart {', 'Kart {'), null, null],
  ['with an operation that it lacks', cart, 'Other', cart],
  ['among others, with none chosen', `${cart} query Other { other }`, null, null],
  ['something that is no document', 'query {', null, null],
  ['a character that fits nowhere', 'query Cart { cart \u0000 }', null, null],
])('a text %s', (_, text, operationName, found) => {
  expect(documents.byText(text, operationName)).toBe(found);
});
