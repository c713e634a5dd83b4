-- What was announced of a product's stock before its opening was corrected went by another opening.
grant select on inventory.shelf_history to prove;
