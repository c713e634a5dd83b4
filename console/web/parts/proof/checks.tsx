/** The checks of a proof, those that are off first. */
import type { ComponentChildren } from 'preact';
import type { WholeProof } from '#operations/proofs.ts';
import { checksOf, placeOf, type ShownCheck } from '../../view/checks.ts';
import { Mark } from '../mark.tsx';
import { Table, type TableColumn } from '../table.tsx';

export interface ChecksProps {
  readonly proof: WholeProof;
  readonly exists: (page: string) => boolean;
  readonly command: string;
  readonly acts: ComponentChildren;
}

export function Checks({ proof, exists, command, acts }: ChecksProps) {
  const columns: readonly TableColumn<ShownCheck>[] = [
    {
      name: 'State',
      show: ({ balanced }) => (
        <span class="nowrap">
          <Mark state={balanced ? 'fine' : 'wrong'} /> {wordOf(balanced)}
        </span>
      ),
      csv: ({ balanced }) => wordOf(balanced),
    },
    { name: 'Of', show: ({ of }) => of || 'all', csv: ({ of }) => of },
    {
      ...{ name: 'Check', isHead: true },
      show: ({ name, where }) => (
        <>
          {name}
          <Where where={where} exists={exists} />
        </>
      ),
      csv: ({ name, where }) => [name, ...where].join('; '),
    },
    { name: 'Expected', show: ({ expected }) => expected, csv: ({ expected }) => expected, isNumber: true },
    { name: 'Actual', show: ({ actual }) => actual, csv: ({ actual }) => actual, isNumber: true },
  ];
  const rows = checksOf(proof);
  return (
    <>
      {acts && <p class="acts">{acts}</p>}
      <Table
        label={`proof-${proof.id}`}
        rows={rows}
        columns={columns}
        keyOf={({ of, name }) => `${of}: ${name}`}
        command={command}
      />
    </>
  );
}

const wordOf = (balanced: boolean): string => (balanced ? 'holds' : 'off');

function Where({ where, exists }: { where: readonly string[]; exists: (page: string) => boolean }) {
  if (where.length === 0) return null;
  return (
    <ul class="where">
      {where.map((place, at) => (
        <li key={at}>
          {placeOf(place, exists).map(({ text, link }, part) =>
            link ? (
              <a key={part} href={link}>
                {text}
              </a>
            ) : (
              text
            ),
          )}
        </li>
      ))}
    </ul>
  );
}
