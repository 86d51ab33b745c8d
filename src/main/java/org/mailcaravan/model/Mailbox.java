package org.mailcaravan.model;

import org.jspecify.annotations.Nullable;

/**
 * One mailbox to move. The routes pass it on from step to step. It holds no password; those are
 * looked up by {@link #id} when a connection is made.
 *
 * @param id unique in the database: {@link Migration#mailboxId}
 * @param migrationId the migration that it came with
 * @param row its number in the request, counted from 1 without the header
 * @param sourceAddress the address at the old provider
 * @param source the old provider's server
 * @param sourceUsername the login name there, the address unless the request says otherwise
 * @param destinationAddress the address at the new server
 * @param contacts where its contacts come from, or null when none are imported
 * @param calendar the same for its events
 * @param options what else the request says of it
 * @param policy its policy
 * @param pass which pass is running
 */
public record Mailbox(
    String id,
    String migrationId,
    int row,
    String sourceAddress,
    Server source,
    String sourceUsername,
    String destinationAddress,
    @Nullable GroupwareSource contacts,
    @Nullable GroupwareSource calendar,
    RowOptions options,
    Policy policy,
    Pass pass) {

  /** The same mailbox on behalf of another migration that names it. */
  public Mailbox inMigration(String other) {
    return of(other, pass);
  }

  /** The same mailbox in another pass. */
  public Mailbox inPass(Pass other) {
    return of(migrationId, other);
  }

  private Mailbox of(String migration, Pass running) {
    return new Mailbox(
        id,
        migration,
        row,
        sourceAddress,
        source,
        sourceUsername,
        destinationAddress,
        contacts,
        calendar,
        options,
        policy,
        running);
  }

  /** For logs: the address and the server it comes from. */
  @Override
  public String toString() {
    return sourceAddress + " from " + source.host();
  }
}
