-- Merges into curated take turns, so none deadlocks with another, whatever they lock, and each sees what the one before it has done.
select ledger.take_turn('curation');
