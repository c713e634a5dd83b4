-- How long ago a message was sent, counted in hours in which the relay ran, whatever its clock said when it was.
grant select on ledger.relay_hours to prove;
