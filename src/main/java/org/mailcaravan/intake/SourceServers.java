package org.mailcaravan.intake;

import org.mailcaravan.model.Server;

/**
 * Finds the server of the old provider for rows that name none. It is asked once for each such row
 * whose address has the form of one, and may be asked by several threads at the same time.
 */
@FunctionalInterface
public interface SourceServers {
  /** Finds none: every row has to name its server. */
  SourceServers NONE =
      address ->
          new Missing(
              "is empty",
              "Fill in the name of the old provider's IMAP server, such as imap.example.org.");

  /**
   * Looks for the server. No password is known to it, and none is sent anywhere before it answers.
   *
   * @param address an e-mail address at the old provider
   */
  Answer find(String address);

  /** What was found for an address. */
  sealed interface Answer {}

  /**
   * The row goes on with this server.
   *
   * @param username the login name there, for a row without {@code source_username}
   * @param how where the server is known from, as a sentence that is shown to people
   */
  record Found(Server server, String username, String how) implements Answer {}

  /**
   * The row is rejected.
   *
   * @param problem what is wrong, as it follows the name of a column, such as "is empty"
   * @param remedy what to do, as a sentence
   */
  record Missing(String problem, String remedy) implements Answer {}
}
