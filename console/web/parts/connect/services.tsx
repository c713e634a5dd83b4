/** Each service: whether it answers, since when, and what one has to know to use it. */
import type { ConnectingPlace } from '#console/api.ts';
import type { Fact } from '#operations/connect/access.ts';
import { Copy } from '../copy.tsx';
import { Mark } from '../mark.tsx';
import { Table } from '../table.tsx';
import { Time } from '../time.tsx';

export function Services({ places, isHidden }: { places: readonly ConnectingPlace[]; isHidden: boolean }) {
  return (
    <Table
      label="Services"
      command="npx tillstream connect"
      rows={places}
      keyOf={({ name }) => name}
      columns={[
        {
          name: 'Service',
          isHead: true,
          show: ({ name, purpose }) => (
            <>
              {name}
              <span class="muted block">{purpose}</span>
            </>
          ),
        },
        {
          name: 'State',
          show: ({ answers, sentence, since }) => (
            <span title={sentence}>
              <Mark state={answers ? 'fine' : 'wrong'} /> {answers ? 'answers' : <b>{sentence}</b>}
              <span class="muted block">
                seen so since <Time at={since} />
              </span>
            </span>
          ),
        },
        {
          name: 'Address',
          show: ({ address }) => (
            <span class="fact">
              <code>{address}</code> <Copy text={address} />
            </span>
          ),
        },
        {
          name: 'To use it',
          show: ({ facts }) => (
            <dl class="to-use">
              {facts.map((fact) => (
                <OneFact key={fact.name} fact={fact} isHidden={isHidden} />
              ))}
            </dl>
          ),
        },
      ]}
    />
  );
}

function OneFact({ fact: { name, value, isSecret }, isHidden }: { fact: Fact; isHidden: boolean }) {
  return (
    <div>
      <dt class="muted">{name}</dt>
      <dd class="fact">
        {isSecret && isHidden ? (
          <span class="muted">hidden</span>
        ) : (
          <>
            <code>{value}</code> <Copy text={value} />
          </>
        )}
      </dd>
    </div>
  );
}
