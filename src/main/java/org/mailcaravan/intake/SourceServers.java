package org.mailcaravan.intake;

import java.util.Collection;
import java.util.Optional;
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

  /**
   * The same for the rows of one request, with the servers of these addresses looked for together
   * and within a bounded time; each has the form of an address.
   */
  default SourceServers lookedUp(Collection<String> addresses) {
    return this;
  }

  /** The login name of an address at the server that its row names. */
  default String username(Server server, String address) {
    return address;
  }

  /** Why a password is of no use at a server; empty where it may be of use. */
  default Optional<NoPassword> refusesPasswords(Server server) {
    return Optional.empty();
  }

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

  /**
   * A server takes no passwords.
   *
   * @param provider whose server it is, for people
   * @param help what to tell the customer, as sentences
   */
  record NoPassword(String provider, String help) {}
}
