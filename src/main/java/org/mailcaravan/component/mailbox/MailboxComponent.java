package org.mailcaravan.component.mailbox;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.passes.AfterSteps;
import org.mailcaravan.passes.ClaimedPasses;
import org.mailcaravan.passes.Preflights;
import org.mailcaravan.sync.MailboxOperations;

/** Creates the {@code mailbox:} endpoints and holds the objects they share. */
@Component("mailbox")
public class MailboxComponent extends DefaultComponent {
  @Metadata(autowired = true)
  private @Nullable MailboxOperations operations;

  @Metadata(autowired = true)
  private @Nullable ClaimedPasses passes;

  @Metadata(autowired = true)
  private @Nullable Preflights preflights;

  @Metadata(autowired = true)
  private @Nullable AfterSteps afterSteps;

  /** For Camel, which sets the option or finds the one bean of its type. */
  public MailboxComponent() {}

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    MailboxEndpoint endpoint = new MailboxEndpoint(uri, this, MailboxOperation.of(remaining));
    setProperties(endpoint, parameters);
    endpoint.requireFittingOptions();
    return endpoint;
  }

  public @Nullable MailboxOperations getOperations() {
    return operations;
  }

  /** The steps of a pass, which the producers call. */
  public void setOperations(MailboxOperations operations) {
    this.operations = operations;
  }

  public @Nullable ClaimedPasses getPasses() {
    return passes;
  }

  /** Where the consumer finds the passes that are due. */
  public void setPasses(ClaimedPasses passes) {
    this.passes = passes;
  }

  public @Nullable Preflights getPreflights() {
    return preflights;
  }

  public @Nullable AfterSteps getAfterSteps() {
    return afterSteps;
  }

  /** Where the consumers find what comes after passes and migrations. */
  public void setAfterSteps(AfterSteps afterSteps) {
    this.afterSteps = afterSteps;
  }

  /** Where the consumer finds the mailboxes that are to be looked at before their passes. */
  public void setPreflights(Preflights preflights) {
    this.preflights = preflights;
  }
}
