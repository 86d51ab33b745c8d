package org.mailcaravan.model.status;

import java.time.Instant;

/**
 * A mail in the support mailbox that waits for a person.
 *
 * @param since when it was looked at
 * @param sender the address that it comes from, as it claims; empty where it has none
 * @param why it was not taken
 */
public record WaitingMail(Instant since, String sender, String why) {}
