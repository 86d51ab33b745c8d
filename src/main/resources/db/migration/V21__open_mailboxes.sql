-- Each mailbox that ends asks whether another of its migration waits or runs: all that had ended were looked through.
create index mailbox_by_migration_and_state on mailbox (migration_id, state);
