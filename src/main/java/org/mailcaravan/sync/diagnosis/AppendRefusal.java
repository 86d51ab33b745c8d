package org.mailcaravan.sync.diagnosis;

import java.util.Optional;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.ProblemCode;

/**
 * What a refused APPEND is about, and so what is to be done about its messages. Which words mean
 * what stands in {@link ServerWords}; words that nobody knows are about the message.
 */
public enum AppendRefusal {
  /** The server asks for patience: nothing is said of the messages. */
  PATIENCE,
  /** The mailbox is full: a smaller message may still fit. */
  NO_ROOM,
  /** The folder is gone, or takes no message. */
  FOLDER,
  /** It may pass by itself, or one of the messages may always cause it. */
  TROUBLE,
  /** One of the messages is refused. */
  MESSAGE;

  /** Whether the message is too large. */
  public static boolean isAboutSize(ServerRefusal refusal) {
    return is(refusal, ProblemCode.MESSAGE_TOO_LARGE);
  }

  /** Whether the folder is there no more, so that no message is to blame. */
  public static boolean isFolderGone(ServerRefusal refusal) {
    return is(refusal, ProblemCode.FOLDER_GONE);
  }

  /** Whether the words say nothing that we know, so that it need not be the message. */
  public static boolean isUnknown(ServerRefusal refusal) {
    return ServerWords.find(ServerWords.Where.APPEND, refusal).isEmpty();
  }

  private static boolean is(ServerRefusal refusal, ProblemCode code) {
    return ServerWords.find(ServerWords.Where.APPEND, refusal)
        .filter(entry -> entry.meaning().code() == code)
        .isPresent();
  }

  public static AppendRefusal of(ServerRefusal refusal) {
    return ServerWords.find(ServerWords.Where.APPEND, refusal)
        .or(() -> pleaForPatience(refusal))
        .map(entry -> of(entry.meaning()))
        .orElse(MESSAGE);
  }

  /** Words that ask for time do so at an APPEND as at any other command. */
  private static Optional<ServerWords.Entry> pleaForPatience(ServerRefusal refusal) {
    return ServerWords.find(ServerWords.Where.COMMAND, refusal)
        .filter(entry -> entry.meaning().prospect() == Prospect.PATIENCE);
  }

  private static AppendRefusal of(Meaning meaning) {
    return switch (meaning.prospect()) {
      case PATIENCE -> PATIENCE;
      case MAY_PASS -> TROUBLE;
      case PERMANENT ->
          switch (meaning.code()) {
            case QUOTA_FULL -> NO_ROOM;
            case FOLDER_GONE, FOLDER_REFUSED -> FOLDER;
            case NO_MAILBOX -> TROUBLE;
            default -> MESSAGE;
          };
    };
  }
}
