/** Invented customers, the same in every run: what orders do not say about them. */
import { createRandom, type Random } from './random.ts';
import type { Customer } from './shop.ts';

interface CustomerDetails {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** ISO 3166. */
  readonly country: string;
  readonly segment: string;
  /** Milliseconds since 1970; before the history of orders begins. */
  readonly signedUpAt: number;
}

const segments = [
  { segment: 'consumer', weight: 70 },
  { segment: 'small_business', weight: 18 },
  { segment: 'corporate', weight: 8 },
  { segment: 'vip', weight: 4 },
];

/** By country: first names, then last names. */
const names: Readonly<Record<string, readonly [first: string, last: string]>> = {
  DE: ['Anna Jonas Lena Paul Mia Felix Clara Max', 'Müller Schmidt Weber Wagner Becker Hoffmann Koch Richter'],
  FR: ['Camille Louis Chloé Hugo Manon Jules Zoé Théo', 'Martin Bernard Petit Moreau Laurent Lefèvre Roux Girard'],
  ES: ['Lucía Hugo Sofía Mateo Carmen Pablo Elena Diego', 'García Fernández López Martín Sánchez Pérez Ruiz Vidal'],
  IT: ['Giulia Marco Sara Luca Elisa Matteo Chiara Paolo', 'Rossi Russo Ferrari Bianchi Romano Ricci Greco Conti'],
  NL: ['Emma Daan Sanne Bram Lotte Sem Femke Thijs', 'Bakker Visser Smit Meijer Mulder Bos Vos Peters'],
  GB: ['Olivia Harry Amelia George Isla Jack Grace Oscar', 'Smith Jones Taylor Brown Evans Walker Wright Clarke'],
  US: ['Ava Liam Sophia Noah Harper Mason Zoe Ethan', 'Johnson Williams Davis Miller Garcia Moore Clark Lewis'],
  CA: ['Charlotte Logan Abigail Nathan Maya Owen Alice Lucas', 'Tremblay Campbell Roy Gagnon Murray Singh Côté Reid'],
  CH: ['Lea Noah Nina Luca Elin Matteo Alina Levin', 'Meier Keller Huber Frei Baumann Favre Gerber Widmer'],
  SE: ['Alice William Maja Oscar Elsa Axel Saga Nils', 'Andersson Karlsson Nilsson Berg Lund Holm Ek Dahl'],
  PL: ['Zofia Jan Hanna Adam Maria Piotr Ewa Marek', 'Nowak Kowalski Kowalczyk Mazur Krawczyk Duda Zając Wilk'],
  JP: ['Yui Haruto Aoi Ren Sakura Yuto Hina Sota', 'Sato Suzuki Takahashi Tanaka Ito Yamamoto Kato Mori'],
  IN: ['Ananya Arjun Diya Rohan Isha Vikram Meera Kabir', 'Sharma Patel Singh Gupta Nair Iyer Rao Das'],
};

const SIGNED_UP = { from: Date.UTC(2019, 0, 1), to: Date.UTC(2024, 11, 10) } as const;

export function customerDetails(customers: readonly Customer[]): CustomerDetails[] {
  const random = createRandom('its customers');
  return customers.map(({ id, country }, index) => {
    const name = personName(country.code, random);
    return {
      id,
      name,
      email: `${asciiLetters(name)}.${index + 1}@mail.example`,
      country: country.code,
      segment: random.weighted(segments).segment,
      signedUpAt: random.integer(SIGNED_UP.from, SIGNED_UP.to),
    };
  });
}

function personName(country: string, random: Random): string {
  const [first, last] = names[country] ?? ['Alex', 'Doe'];
  return `${random.pick(first.split(' '))} ${random.pick(last.split(' '))}`;
}

/** "Chloé Lefèvre" → "chloe.lefevre" */
const asciiLetters = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z ]/g, '')
    .toLowerCase()
    .replaceAll(' ', '.');
