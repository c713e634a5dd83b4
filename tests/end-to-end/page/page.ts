/** The page of a stack that runs, in a real browser. live.test.ts has the stack: another would take minutes more. */
import { afterAll, beforeAll, describe } from 'vitest';
import { type Browser, openBrowser } from '../../support/browser.ts';
import { budgets } from './budgets.ts';
import { bulk } from './bulk.ts';
import { figures } from './figures.ts';
import { follow } from './follow.ts';
import { lake } from './lake.ts';
import { letters, mendedLetter } from './letters.ts';
import type { Live, WhenLive } from './live.ts';
import { logins } from './logins.ts';
import { looks } from './looks.ts';
import { outages } from './outages.ts';
import { personal } from './personal.ts';
import { proof } from './proof.ts';
import { shop } from './shop.ts';
import { speed } from './speed.ts';

/** @param stack called when the tests run */
export function pageTests(stack: () => Omit<Live, 'browser'>): void {
  let browser: Browser;
  const live: WhenLive = () => ({ ...stack(), browser });
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  describe('figures', () => figures(live));
  describe('proof', () => proof(live));
  describe('dead letters', () => letters(live));
  describe('many dead letters', () => bulk(live));
  describe('a topic that is followed', () => follow(live));
  describe('lake, runs and cost', () => lake(live));
  describe('stock, questions and payments', () => shop(live));
  describe('how to connect', () => logins(live));
  describe('what belongs to a person', () => personal(live));
  describe('looks', () => looks(live));
  describe('speed', () => speed(live));
  describe('budgets', () => budgets(live));
  describe('outages', () => outages(live));
  describe('a dead letter that was mended', () => mendedLetter(live));
}
