package org.mailcaravan.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Side;

/**
 * Which rows of one mail have passwords that may be tried: one mail can bring many for one account.
 * For the thread that reads the mail.
 */
public final class RowTrials {
  private final PasswordTrials trials;
  private final Map<Side, Map<String, Set<Secret>>> brought = new HashMap<>();

  public RowTrials(PasswordTrials trials) {
    this.trials = trials;
  }

  /** The rows with a password that would be one too many for its account, and where that is. */
  public Map<RequestRow, Side> tooMany(List<RequestRow> rows) {
    Map<RequestRow, Side> tooMany = new HashMap<>();
    for (Side side : Side.values()) {
      Map<String, Integer> tried =
          trials.tried(rows.stream().map(row -> account(row, side)).toList(), side);
      Map<String, Set<Secret>> before = brought.computeIfAbsent(side, unused -> new HashMap<>());
      for (RequestRow row : rows) {
        Secret password = password(row, side);
        if (password == null || password.isEmpty() || tooMany.containsKey(row)) {
          continue;
        }
        String account = account(row, side);
        Set<Secret> passwords = before.computeIfAbsent(account, unused -> new HashSet<>());
        int left = PasswordTrials.MOST - tried.getOrDefault(account, 0);
        boolean isAllowed = passwords.contains(password) ? left > 0 : passwords.size() < left;
        if (isAllowed) {
          passwords.add(password);
        } else {
          tooMany.put(row, side);
        }
      }
    }
    return tooMany;
  }

  private static String account(RequestRow row, Side side) {
    AccountPair accounts = NamedMailboxes.accounts(row);
    return side == Side.SOURCE ? accounts.source() : accounts.destination();
  }

  private static @Nullable Secret password(RequestRow row, Side side) {
    return side == Side.SOURCE ? row.sourcePassword() : row.destinationPassword();
  }
}
