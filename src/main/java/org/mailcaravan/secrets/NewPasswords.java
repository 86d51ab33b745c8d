package org.mailcaravan.secrets;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.Vault.Credential;
import org.mailcaravan.secrets.Vault.Role;

/**
 * Passwords that come for mailboxes which have some. A later request may bring a wrong one, so it
 * does not replace the one that is kept before a login with it went well: logins try it first. All
 * of this is in the vault, so that a kill changes nothing. Thread-safe.
 */
public final class NewPasswords {
  /** In place of a new password that was refused. */
  private static final Secret REFUSED = Secret.of("");

  private final Vault vault;

  public NewPasswords(Vault vault) {
    this.vault = vault;
  }

  /**
   * Takes the passwords of a request. One that differs from the one that is kept is new; an earlier
   * new one is forgotten.
   *
   * @param credentials of {@link Role#SOURCE} and {@link Role#DESTINATION}; empty where a token
   *     opens the account from now on
   */
  public void take(List<Credential> credentials) {
    List<Credential> puts = new ArrayList<>(credentials.size());
    for (Credential taken : credentials) {
      String mailbox = taken.mailboxId();
      Optional<Secret> kept = kept(mailbox, taken.role());
      boolean stays = kept.filter(each -> !each.isEmpty()).isPresent() && !taken.secret().isEmpty();
      puts.add(new Credential(mailbox, taken.role(), stays ? kept.orElseThrow() : taken.secret()));
      if (kept.isPresent()) {
        puts.add(new Credential(mailbox, taken.role().ofNew(), taken.secret()));
      }
    }
    vault.putAll(puts);
  }

  /** One that cannot be opened any more is as good as none: the request brings it again. */
  private Optional<Secret> kept(String mailboxId, Role role) {
    try {
      return vault.find(mailboxId, role);
    } catch (NeedsAttention e) {
      return Optional.empty();
    }
  }

  /** The password for the next login: the new one, or else the one that is kept. */
  public Optional<Secret> toTry(String mailboxId, Role role) {
    return vault
        .find(mailboxId, role.ofNew())
        .filter(password -> !password.isEmpty())
        .or(() -> vault.find(mailboxId, role));
  }

  /**
   * A login with a password went well. If it is the new one, it is kept from now on.
   *
   * @return whether it has replaced another one
   */
  public boolean accepted(String mailboxId, Role role, Secret used) {
    return isNew(mailboxId, role, used)
        && vault
            .find(mailboxId, role)
            .filter(kept -> !kept.equals(used))
            .filter(kept -> vault.replace(mailboxId, role, kept, used))
            .isPresent();
  }

  /**
   * A login with a password was refused.
   *
   * @return whether it was the new one, so that the one that is kept is to be tried
   */
  public boolean refused(String mailboxId, Role role, Secret used) {
    return !used.isEmpty()
        && vault.find(mailboxId, role).filter(kept -> !kept.equals(used)).isPresent()
        && vault.replace(mailboxId, role.ofNew(), used, REFUSED);
  }

  private boolean isNew(String mailboxId, Role role, Secret used) {
    return vault.find(mailboxId, role.ofNew()).filter(used::equals).isPresent();
  }

  /** Whether the password that came last was refused, and the one before is used. */
  public boolean isRefused(String mailboxId, Role role) {
    return isNew(mailboxId, role, REFUSED)
        && vault.find(mailboxId, role).filter(kept -> !kept.isEmpty()).isPresent();
  }

  /** Keeps a password with which a login went well, in place of all others. */
  public void replace(String mailboxId, Role role, Secret password) {
    vault.putAll(
        List.of(
            new Credential(mailboxId, role, password),
            new Credential(mailboxId, role.ofNew(), password)));
  }
}
