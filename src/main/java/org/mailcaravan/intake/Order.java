package org.mailcaravan.intake;

import java.util.List;
import org.mailcaravan.model.Secret;
import org.mailcaravan.store.AnswerThreads;

/**
 * What the sender of a request asks for in an answer to our answer.
 *
 * @param about the migration
 * @param cancels whether it is to end
 * @param start when it is to begin, as it stands in the mail; empty where nothing is said of it
 * @param passwords that replace those that we have
 * @param namesOthers whether it also says what only a request can say, such as a server
 */
record Order(
    AnswerThreads.Known about,
    boolean cancels,
    String start,
    List<NewPassword> passwords,
    boolean namesOthers) {
  Order {
    passwords = List.copyOf(passwords);
  }

  /**
   * A password.
   *
   * @param address of the mailbox; empty where it is not named
   * @param atSource whether it is the one at the old provider
   */
  record NewPassword(String address, boolean atSource, Secret password) {}

  /** Whether nothing is asked for. */
  boolean isEmpty() {
    return !cancels && start.isEmpty() && passwords.isEmpty();
  }

  /** The same without passwords, which come as a request. */
  Order withoutPasswords() {
    return new Order(about, cancels, start, List.of(), namesOthers);
  }

  /** Whether all passwords are for mailboxes of the migration, as far as these are named. */
  boolean namesNoOther() {
    return passwords.stream()
        .allMatch(
            each ->
                each.address().isEmpty()
                    || about.mailboxes().stream().anyMatch(known -> known.isAt(each.address())));
  }
}
