-- The alert of late payments asks for what arrived in the last day. Rows are stored as they arrive, so a small index will do.
create index transactions_by_processing_time
on payments.transactions using brin (processing_time) with (autosummarize = on);
