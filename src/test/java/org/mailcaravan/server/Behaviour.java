package org.mailcaravan.server;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a server does otherwise than an {@link ImapHost} would. It sees each command when
 * all of it has come, and may answer it itself, have it carried out and change the answer, change
 * what is to be stored before, hang up, or lie. The greeting goes through it as well, as the
 * command {@link ImapCommand#GREETING}. Several are worn one over the other, the first outermost.
 *
 * <p>Called by the threads of all connections; what it remembers must bear that.
 */
@FunctionalInterface
public interface Behaviour {
  /**
   * Answers a command.
   *
   * @param usual carries the command out and gives the answer to it; to be called once or never
   */
  Answer answer(ImapCommand command, Supplier<Answer> usual);

  /**
   * What ends a command whose next literal is announced and not sent yet; null to let it come.
   *
   * @param begun the command without that literal
   */
  default @Nullable Answer beforeLiteral(ImapCommand begun, long octets) {
    return null;
  }
}
