/**
 * What the service says of itself: nodes, hosts, migrations, mailboxes, passes, problems and events
 * as they stand now. Each record is one object of the JSON that the API and {@code --json} give,
 * where its fields are written in snake case. Names of states, kinds and reasons are the words of
 * their enums in lower case. None holds a password.
 */
@NullMarked
package org.mailcaravan.model.status;

import org.jspecify.annotations.NullMarked;
