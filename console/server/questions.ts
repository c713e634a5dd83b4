/** What the page asks of the questions of the business. */
import { z } from 'zod';
import { ask, readQuestions } from '#operations/ask.ts';
import type { AnsweredQuestion, Questions } from '../api.ts';
import { Refusal } from './refusal.ts';
import { type Route, route } from './route.ts';

/** More are for the command, or for a program. */
const MOST_ROWS = 5_000;

export const questionRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/questions', right: 'look', operation: readQuestions },
    asks: {},
    async answer(): Promise<Questions> {
      return { rows: (await readQuestions()).map(({ name, asks }) => ({ name, asks })), next: null };
    },
  }),
  route({
    ...{ method: 'GET', path: '/api/questions/:name', right: 'look', operation: ask },
    asks: { name: z.string().max(100) },
    async answer({ name }, { backbone }): Promise<AnsweredQuestion> {
      const question = (await readQuestions()).find((each) => each.name === name);
      if (!question) throw new Refusal(404, 'no_such_question', `There is no question ${name}.`);
      const { rows, freshness } = await ask(backbone, question);
      return { question, rows: rows.slice(0, MOST_ROWS), total: rows.length, freshness };
    },
  }),
];
