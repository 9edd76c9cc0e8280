package io.rendernode.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;

/** Who makes the call that is being answered. */
@ApplicationScoped
public class Caller {
    private final SecurityIdentity identity;

    Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    /**
     * A caller.
     *
     * @param name the owner of what it makes, or null where no tokens are asked for
     * @param mayOperate whether it may change what is not its own
     */
    public record Who(String name, boolean mayOperate) {
        /**
         * Makes sure that it may change what is that owner's.
         *
         * @param what what it is, such as job
         * @param owner the owner, or null where there is none
         * @throws ProblemException if it may not
         */
        public void requireOwn(String what, String owner) {
            if (!mayOperate && !name.equals(owner)) {
                throw new ProblemException(
                        Problem.FORBIDDEN, "the " + what + " is " + (owner == null ? "nobody's" : owner + "'s"));
            }
        }
    }

    /** Who it is. */
    public Who who() {
        String name = identity.getPrincipal().getName();
        return new Who(name.isEmpty() ? null : name, identity.hasRole(Role.MAY_OPERATE));
    }
}
