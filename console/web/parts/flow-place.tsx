/** A place of the flow: its title, two figures, its mark; of a topic also how its rate went lately. */
import { sayNode } from '../view/flow.ts';
import { BOX_HEIGHT, type Box } from '../view/flow-picture.ts';
import { sparkOf } from '../view/spark.ts';
import { SHAPES } from './mark.tsx';

/** Pixels: a topic's own line stands between the two figures. */
const SPARK_FROM = 72;
const SPARK_TO = 20;
const DIGIT = 6.7;

export interface PlaceProps extends Box {
  readonly link: string | undefined;
  readonly lately: readonly (number | null)[] | undefined;
}

export function Place({ node, x, y, width, link, lately }: PlaceProps) {
  const room = width - SPARK_FROM - SPARK_TO - node.right.length * DIGIT;
  const drawn = (
    <>
      <title>{sayNode(node)}</title>
      <rect width={width} height={BOX_HEIGHT} rx="9" />
      {lately && <path class="spark" transform={`translate(${SPARK_FROM} 27)`} d={sparkOf(lately, room, 11)} />}
      <text class="title" x="13" y="20">
        {node.title}
      </text>
      <text class="figure" x="13" y="37">
        {node.left}
      </text>
      <text class="figure" x={width - 12} y="37" text-anchor="end">
        {node.right}
      </text>
      <g class="mark" transform={`translate(${width - 17} 15)`}>
        <circle r="7.5" />
        <path d={SHAPES[node.state]} />
      </g>
    </>
  );
  const shape = `place is-${node.state}`;
  return link === undefined ? (
    // biome-ignore lint/a11y/noSvgWithoutTitle: what is drawn begins with its title
    <svg class={shape} x={x} y={y} width={width} height={BOX_HEIGHT} role="img">
      {drawn}
    </svg>
  ) : (
    <g transform={`translate(${x} ${y})`}>
      <a class={shape} href={link}>
        {drawn}
      </a>
    </g>
  );
}
