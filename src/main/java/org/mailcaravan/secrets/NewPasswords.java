package org.mailcaravan.secrets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Sha256;
import org.mailcaravan.secrets.Vault.Credential;
import org.mailcaravan.secrets.Vault.Role;

/**
 * Passwords that come for mailboxes which have some. A later request may bring a wrong one, so it
 * does not replace the one that is kept before a login with it went well: logins try it first. All
 * of this is in the vault, so that a kill changes nothing. Thread-safe.
 */
public final class NewPasswords {
  /** In place of a new password that was refused: this, and a digest of it. No password has it. */
  private static final String REFUSED = "\0refused ";

  private final Vault vault;

  public NewPasswords(Vault vault) {
    this.vault = vault;
  }

  /**
   * Takes the passwords of a request. One that differs from the one that is kept is new; an earlier
   * new one is forgotten. The one that was refused last is not tried again when it comes again, as
   * each night in the same list.
   *
   * @param credentials of {@link Role#SOURCE} and {@link Role#DESTINATION}; empty where a token
   *     opens the account from now on
   */
  public Taken take(List<Credential> credentials) {
    Set<String> mailboxes =
        credentials.stream().map(Credential::mailboxId).collect(Collectors.toSet());
    Map<Account, Secret> before = new HashMap<>();
    for (Credential kept : vault.findAll(mailboxes)) {
      before.put(new Account(kept.mailboxId(), kept.role()), kept.secret());
    }
    List<Credential> puts = new ArrayList<>(credentials.size());
    Set<Account> tried = new HashSet<>();
    Set<String> refused = new HashSet<>();
    for (Credential taken : credentials) {
      Secret kept = before.get(new Account(taken.mailboxId(), taken.role()));
      // What is kept is not written again: a login may just be putting a newer one there.
      if (kept == null || kept.isEmpty() || taken.secret().isEmpty()) {
        puts.add(taken);
      }
      Role ofNew = taken.role().ofNew();
      Secret newBefore = before.get(new Account(taken.mailboxId(), ofNew));
      boolean isOther =
          kept != null
              && !kept.isEmpty()
              && !taken.secret().isEmpty()
              && !kept.equals(taken.secret());
      if (isOther
          && newBefore != null
          && newBefore.equals(refusal(taken.mailboxId(), ofNew, taken.secret()))) {
        refused.add(taken.mailboxId());
        continue;
      }
      if (kept != null || newBefore != null) {
        puts.add(new Credential(taken.mailboxId(), ofNew, taken.secret()));
      }
      if (isOther) {
        tried.add(new Account(taken.mailboxId(), taken.role()));
      }
    }
    vault.putAll(puts);
    vault.renew(
        before.keySet().stream().map(Account::mailboxId).collect(Collectors.toUnmodifiableSet()));
    return new Taken(tried, refused);
  }

  /**
   * What became of passwords.
   *
   * @param tried accounts which have another password, and for which a new one is tried next
   * @param refused mailboxes for which the one came again that was refused last
   */
  public record Taken(Set<Account> tried, Set<String> refused) {
    public Taken {
      tried = Set.copyOf(tried);
      refused = Set.copyOf(refused);
    }
  }

  /** One of the two accounts of a mailbox. */
  public record Account(String mailboxId, Role role) {}

  /**
   * What stands in the vault, sealed as passwords are, for one that was refused. The mailbox and
   * the role are in the digest, so that equal ones do not look so.
   */
  private static Secret refusal(String mailboxId, Role ofNew, Secret password) {
    String all = String.join("\0", ofNew.name(), mailboxId, password.reveal());
    byte[] digest = Sha256.digest().digest(all.getBytes(StandardCharsets.UTF_8));
    return Secret.of(REFUSED + HexFormat.of().formatHex(digest));
  }

  private static boolean isRefusal(Secret stored) {
    // An earlier version kept nothing of what was refused.
    return stored.isEmpty() || stored.reveal().startsWith(REFUSED);
  }

  /**
   * Mailboxes that a request names without a password, which only those may do whom we know: the
   * one at the old provider that is kept is theirs, whatever was refused before.
   */
  public void trust(Collection<String> mailboxIds) {
    List<Credential> kept = vault.findAll(mailboxIds);
    Set<String> refused =
        kept.stream()
            .filter(each -> each.role() == Role.NEW_SOURCE && isRefusal(each.secret()))
            .map(Credential::mailboxId)
            .collect(Collectors.toSet());
    vault.putAll(
        kept.stream()
            .filter(each -> each.role() == Role.SOURCE && !each.secret().isEmpty())
            .filter(each -> refused.contains(each.mailboxId()))
            .map(each -> new Credential(each.mailboxId(), Role.NEW_SOURCE, each.secret()))
            .toList());
  }

  /** The password for the next login: the new one, or else the one that is kept. */
  public Optional<Secret> toTry(String mailboxId, Role role) {
    return newOne(mailboxId, role)
        .filter(password -> !isRefusal(password))
        .or(() -> vault.find(mailboxId, role));
  }

  /** One that cannot be opened any more is as good as none: another one is there. */
  private Optional<Secret> newOne(String mailboxId, Role role) {
    try {
      return vault.find(mailboxId, role.ofNew());
    } catch (NeedsAttention e) {
      return Optional.empty();
    }
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
   * A login with a password was refused. If it is the new one, it is used no more. If it is the one
   * that is kept, what was refused before it may be right by now, and is tried when it comes again.
   *
   * @return whether it was the new one
   */
  public boolean refused(String mailboxId, Role role, Secret used) {
    Role ofNew = role.ofNew();
    if (isProposed(mailboxId, role, used)) {
      return vault.replace(mailboxId, ofNew, used, refusal(mailboxId, ofNew, used));
    }
    if (vault.find(mailboxId, role).filter(used::equals).isPresent()) {
      boolean unused =
          newOne(mailboxId, role)
              .filter(NewPasswords::isRefusal)
              .filter(refusal -> vault.replace(mailboxId, ofNew, refusal, used))
              .isPresent();
    }
    return false;
  }

  /** Whether a password is the new one, and another one is kept. */
  public boolean isProposed(String mailboxId, Role role, Secret used) {
    return !used.isEmpty()
        && isNew(mailboxId, role, used)
        && vault.find(mailboxId, role).filter(kept -> !kept.equals(used)).isPresent();
  }

  private boolean isNew(String mailboxId, Role role, Secret used) {
    return newOne(mailboxId, role).filter(used::equals).isPresent();
  }

  /** Whether the password that came last was refused, and the one before is used. */
  public boolean isRefused(String mailboxId, Role role) {
    return newOne(mailboxId, role).filter(NewPasswords::isRefusal).isPresent()
        && vault.find(mailboxId, role).filter(kept -> !kept.isEmpty()).isPresent();
  }

  /** Whether the password that is kept is also the one that came last. */
  public boolean isLatest(String mailboxId, Role role) {
    return toTry(mailboxId, role).equals(vault.find(mailboxId, role))
        && !isRefused(mailboxId, role);
  }

  /** Keeps a password with which a login went well, in place of all others. */
  public void replace(String mailboxId, Role role, Secret password) {
    vault.putAll(
        List.of(
            new Credential(mailboxId, role, password),
            new Credential(mailboxId, role.ofNew(), password)));
  }
}
