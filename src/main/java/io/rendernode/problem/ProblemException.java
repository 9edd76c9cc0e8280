package io.rendernode.problem;

/** A call that cannot be answered as asked. Its message is the line that the client reads. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    /** A problem that its own line tells wholly. */
    public ProblemException(Problem problem) {
        super(problem.line(), null, false, false);
        this.problem = problem;
    }

    /**
     * A problem with its reason.
     *
     * @param reason what is wrong in this case: the field and why
     */
    public ProblemException(Problem problem, String reason) {
        super(problem.line() + ": " + reason, null, false, false);
        this.problem = problem;
    }

    /** A bad field of a request. */
    public static ProblemException invalid(String field, String reason) {
        return new ProblemException(Problem.INVALID_INPUT, field + " " + reason);
    }

    /** What kind of problem it is. */
    public Problem problem() {
        return problem;
    }
}
