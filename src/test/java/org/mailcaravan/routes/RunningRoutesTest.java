package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailcaravan.model.SecretMask;

/** A hand-over to routes that are built and do not start. */
@Timeout(60)
class RunningRoutesTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final AtomicInteger turns = new AtomicInteger();

  /** Notes which of its routes begin; one of them lacks a class, as those of a jar in ext may. */
  private final class Entrance extends DefaultComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
      return new DefaultEndpoint(uri, this) {
        @Override
        public Producer createProducer() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Consumer createConsumer(Processor processor) {
          return new DefaultConsumer(this, processor) {
            @Override
            protected void doStart() {
              if (name.equals("afterPass")) {
                throw new NoClassDefFoundError("com/example/Missing");
              }
              begun.add(name);
            }
          };
        }
      };
    }
  }

  private RouteGeneration generation(boolean runs, String... entrances) {
    Main main = new Main();
    main.bind("mailbox", new Entrance());
    main.configure().withAutoStartup(runs);
    main.configure().setAutowiredEnabled(false);
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                for (String entrance : entrances) {
                  from(entrance).process(exchange -> turns.incrementAndGet());
                }
              }
            });
    return new RouteGeneration(
        main, OwnBeans.NONE, new RouteLooks(new SecretMask(), Clock.systemUTC()));
  }

  @Test
  void theRoutesRunOnWhereAClassOfTheNewOnesIsMissingAndNoMailboxIsTakenBefore() throws Exception {
    RouteGeneration first = generation(true, "timer:first?period=20");
    first.start();
    try (RunningRoutes running = new RunningRoutes(first, Map.of())) {
      RouteGeneration next =
          generation(false, "mailbox:due", "mailbox:afterPass", "timer:next?repeatCount=1");
      next.start();

      assertThatThrownBy(() -> running.handOver(next)).isInstanceOf(NoClassDefFoundError.class);

      assertThat(begun).isEmpty();
      int before = turns.get();
      await().atMost(LIMIT).until(() -> turns.get() > before + 2);
    }
  }
}
