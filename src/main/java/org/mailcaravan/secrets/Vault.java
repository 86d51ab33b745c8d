package org.mailcaravan.secrets;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mailcaravan.model.Secret;

/** Keeps the credentials of mailboxes while they are needed. Thread-safe. */
public interface Vault {
  /** The account that a password is for. */
  enum Role {
    SOURCE,
    DESTINATION,
    /** As of {@link NewPasswords}. */
    NEW_SOURCE,
    /** As of {@link NewPasswords}. */
    NEW_DESTINATION;

    /** That of a password which came later. */
    Role ofNew() {
      return switch (this) {
        case SOURCE, NEW_SOURCE -> NEW_SOURCE;
        case DESTINATION, NEW_DESTINATION -> NEW_DESTINATION;
      };
    }
  }

  /** A password, with its mailbox and role. */
  record Credential(String mailboxId, Role role, Secret secret) {}

  /** Stores credentials; replaces existing ones. */
  void putAll(List<Credential> credentials);

  /** Stores a credential; replaces an existing one. */
  default void put(String mailboxId, Role role, Secret secret) {
    putAll(List.of(new Credential(mailboxId, role, secret)));
  }

  /** The credential, or empty when there is none or it was deleted. */
  Optional<Secret> find(String mailboxId, Role role);

  /** The credentials of some mailboxes, in all roles, without those that cannot be opened. */
  List<Credential> findAll(Collection<String> mailboxIds);

  /** Keeps the credentials of mailboxes as long as if they had been stored just now. */
  void renew(Collection<String> mailboxIds);

  /**
   * Replaces a credential by another one, unless it was replaced or deleted meanwhile.
   *
   * @return whether it was there, and is replaced
   */
  boolean replace(String mailboxId, Role role, Secret before, Secret after);

  /** Deletes the credentials of mailboxes; does nothing for mailboxes without any. */
  void forget(Collection<String> mailboxIds);

  /** Deletes the credentials of a mailbox, if there are any. */
  default void forget(String mailboxId) {
    forget(List.of(mailboxId));
  }

  /**
   * Deletes credentials that were stored before an instant.
   *
   * @param unneeded those of some mailboxes whose credentials may go
   * @return how many mailboxes had some
   */
  int forgetBefore(Instant instant, UnaryOperator<List<String>> unneeded);

  /** Has what was deleted leave the files of the database. Not within a transaction. */
  void sweep();
}
