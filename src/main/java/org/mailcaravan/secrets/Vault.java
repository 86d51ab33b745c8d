package org.mailcaravan.secrets;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.model.Secret;

/** Keeps the credentials of mailboxes while they are needed. Thread-safe. */
public interface Vault {
  /** Whose password it is. */
  enum Role {
    SOURCE,
    DESTINATION
  }

  /** A password and where it belongs. */
  record Credential(String mailboxId, Role role, Secret secret) {}

  /** Stores credentials, replacing those that were there. */
  void putAll(List<Credential> credentials);

  /** Stores a credential, replacing one that was there. */
  default void put(String mailboxId, Role role, Secret secret) {
    putAll(List.of(new Credential(mailboxId, role, secret)));
  }

  /** The credential, or empty when there is none or it was purged. */
  Optional<Secret> find(String mailboxId, Role role);

  /** Deletes the credentials of mailboxes; none there is no error. */
  void forget(Collection<String> mailboxIds);

  /** Deletes the credentials of a mailbox; none there is no error. */
  default void forget(String mailboxId) {
    forget(List.of(mailboxId));
  }

  /** Deletes all credentials stored before an instant; returns how many mailboxes had some. */
  int forgetBefore(Instant instant);
}
