package org.mailcaravan.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One mailbox to move: what travels through the routes as the body of an exchange. It holds no
 * password; those are looked up by {@link #id} where a connection is made.
 *
 * @param id unique in the database; made from batch and row
 * @param batchId the batch that it came with
 * @param row its place in the request, counted from 1 without the header
 * @param sourceAddress the address at the old provider
 * @param source the old provider's server
 * @param sourceUsername the login name there, the address unless the request says otherwise
 * @param destinationAddress the address at the new home
 * @param contacts an exported .vcf file to import, absolute, or null
 * @param calendar an exported .ics file to import, absolute, or null
 * @param pass which pass is running
 */
public record Mailbox(
    String id,
    String batchId,
    int row,
    String sourceAddress,
    Server source,
    String sourceUsername,
    String destinationAddress,
    @Nullable Path contacts,
    @Nullable Path calendar,
    Pass pass) {

  /** Short, for logs: the address and where it comes from. */
  @Override
  public String toString() {
    return sourceAddress + " from " + source.host();
  }
}
