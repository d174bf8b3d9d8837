// The Debug Adapter Protocol over a decision that has been made: stops, stack, variables, breakpoints, stepping both ways. A class,
// because the protocol's library is one; it holds the position, everything else is asked of pure functions.

import { join } from 'node:path';
import {
  Breakpoint,
  DebugSession,
  Handles,
  InitializedEvent,
  OutputEvent,
  Scope,
  Source,
  StackFrame,
  StoppedEvent,
  TerminatedEvent,
  Thread,
  Variable,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { renderTrace, type ShownMember, type ShownValue, type Trace } from '@rdp/compiler';
import { lineColumn, type SourceFile, type Span } from '@rdp/language';
import { loadDecision } from './load-decision.ts';
import { lookUp } from './look-up.ts';
import { lineToHalt, moved, run, type Move } from './moves.ts';
import { scopesAt } from './scopes.ts';
import { outcomeText, stopsOf, type Stop } from './stops.ts';

/** What `launch` takes. */
interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  readonly program?: string;
  readonly event?: string;
  readonly input?: string;
  readonly document?: number;
  readonly operation?: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly stopOnEntry?: boolean;
  readonly showSensitive?: boolean;
}

interface Debugged {
  readonly trace: Trace;
  readonly root: string;
  readonly stops: readonly Stop[];
}

const thread = 1;
/** Frames of one stop have ids next to one another. */
const framesOfStop = 1000;
const errorFilter = 'errors';

/** A session; begins with `start(input, output)`. */
export class DecisionSession extends DebugSession {
  #debugged: Debugged | undefined;
  #at = 0;
  #error = '';
  #stopOnEntry = true;
  readonly #lines = new Map<string, ReadonlySet<number>>();
  #haltsAtErrors = true;
  readonly #members = new Handles<readonly ShownMember[]>();
  readonly #sources = new Handles<SourceFile>();

  protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
    response.body = {
      supportsConfigurationDoneRequest: true,
      supportsStepBack: true,
      supportsEvaluateForHovers: true,
      supportsExceptionInfoRequest: true,
      supportsTerminateRequest: true,
      exceptionBreakpointFilters: [{ filter: errorFilter, label: 'Expressions without a value', default: true }],
    };
    this.sendResponse(response);
  }

  protected override launchRequest(response: DebugProtocol.LaunchResponse, args?: LaunchArguments): void {
    const { program, event, input } = args ?? {};
    if (program === undefined || event === undefined || input === undefined) {
      this.#refuse(response, 'a launch needs `program`, `event` and `input`');
      return;
    }
    this.#stopOnEntry = args?.stopOnEntry ?? true;
    const { document = 0, operation = 'CREATE' } = args ?? {};
    const showSensitive = args?.showSensitive === true ? 'show' : 'mask';
    loadDecision({ program, event, input, document, operation, showSensitive }).then(
      (loaded) => {
        if (loaded.kind === 'fault') {
          this.#refuse(response, loaded.message);
          return;
        }
        this.#debugged = { trace: loaded.trace, root: loaded.root, stops: stopsOf(loaded.trace) };
        this.sendResponse(response);
        // Now lines are known that breakpoints can stand on.
        this.sendEvent(new InitializedEvent());
      },
      (error: unknown) => this.#refuse(response, error instanceof Error ? error.message : String(error)),
    );
  }

  #refuse(response: DebugProtocol.Response, message: string): void {
    this.sendErrorResponse(response, { id: 1, format: message, showUser: true });
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    this.sendResponse(response);
    const { trace, stops } = this.#known();
    if (stops.length === 0 || trace.event === undefined) this.#end();
    else if (this.#stopOnEntry) this.#stop(0, 'entry');
    else this.#run('forwards', -1);
  }

  #known(): Debugged {
    if (this.#debugged === undefined) throw new Error('nothing was launched');
    return this.#debugged;
  }

  #stop(index: number, reason: string): void {
    this.#at = index;
    this.#members.reset();
    this.#error = this.#known().stops[index]?.error ?? '';
    this.sendEvent(new StoppedEvent(reason, thread, reason === 'exception' ? this.#error : undefined));
  }

  #run(direction: 'forwards' | 'back', from: number): void {
    const { stops } = this.#known();
    const halts = { lines: this.#lines, errors: this.#haltsAtErrors };
    const found = run(stops, from, { direction, halts });
    if (found) this.#stop(found.index, found.why);
    else if (direction === 'back') this.#stop(0, 'entry');
    else this.#end();
  }

  #end(): void {
    const { trace } = this.#known();
    this.sendEvent(new OutputEvent(renderTrace(trace), 'stdout'));
    this.sendEvent(new TerminatedEvent());
  }

  #move(move: Move): void {
    const next = moved(this.#known().stops, this.#at, move);
    if (next !== undefined) this.#stop(next, 'step');
    else if (move === 'back') this.#stop(0, 'entry');
    else this.#end();
  }

  // ------------------------------------------------------------ moving

  protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
    this.sendResponse(response);
    this.#run('forwards', this.#at);
  }

  protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse): void {
    this.sendResponse(response);
    this.#run('back', this.#at);
  }

  protected override nextRequest(response: DebugProtocol.NextResponse): void {
    this.sendResponse(response);
    this.#move('over');
  }

  protected override stepInRequest(response: DebugProtocol.StepInResponse): void {
    this.sendResponse(response);
    this.#move('into');
  }

  protected override stepOutRequest(response: DebugProtocol.StepOutResponse): void {
    this.sendResponse(response);
    this.#move('out');
  }

  protected override stepBackRequest(response: DebugProtocol.StepBackResponse): void {
    this.sendResponse(response);
    this.#move('back');
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    this.sendResponse(response);
    this.sendEvent(new TerminatedEvent());
  }

  // ------------------------------------------------------------ halting

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
  ): void {
    const { stops, root, trace } = this.#known();
    const path = [...new Set(trace.rules.map(({ span }) => span.file.path))].find(
      (known) => join(root, known) === source.path,
    );
    const lines = breakpoints.map(({ line }) =>
      path === undefined ? undefined : lineToHalt(stops, path, this.convertClientLineToDebugger(line)),
    );
    if (path !== undefined) this.#lines.set(path, new Set(lines.filter((line) => line !== undefined)));
    response.body = {
      breakpoints: lines.map((line, index): DebugProtocol.Breakpoint => {
        if (line !== undefined) return new Breakpoint(true, this.convertDebuggerLineToClient(line));
        const asked: DebugProtocol.Breakpoint = new Breakpoint(false, breakpoints[index]?.line);
        asked.message = 'this decision evaluates nothing here';
        return asked;
      }),
    };
    this.sendResponse(response);
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    { filters }: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    this.#haltsAtErrors = filters.includes(errorFilter);
    this.sendResponse(response);
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    response.body = {
      exceptionId: this.#error,
      description: `this expression has no value: ${this.#error}`,
      breakMode: 'always',
    };
    this.sendResponse(response);
  }

  // ------------------------------------------------------------ looking

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    response.body = { threads: [new Thread(thread, 'decision')] };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    { startFrame = 0, levels = framesOfStop }: DebugProtocol.StackTraceArguments,
  ): void {
    const stop = this.#known().stops[this.#at];
    const all = (stop?.levels ?? [])
      .map(({ name, span }, level) => this.#frame(level, this.#nameOf(stop, level, name), span))
      .toReversed();
    response.body = { stackFrames: all.slice(startFrame, startFrame + levels), totalFrames: all.length };
    this.sendResponse(response);
  }

  #nameOf(stop: Stop | undefined, level: number, name: string): string {
    if (stop === undefined || level !== stop.levels.length - 1) return name;
    if (stop.kind === 'outcome' && stop.rule) return `${name} ${outcomeText(stop.rule)}`;
    return stop.kind === 'decision' ? `${name}: ${this.#known().trace.decision.action}` : name;
  }

  #frame(level: number, name: string, { file, start, end }: Span): DebugProtocol.StackFrame {
    const from = lineColumn(file, start);
    const to = lineColumn(file, end);
    const id = this.#at * framesOfStop + level;
    const frame: DebugProtocol.StackFrame = new StackFrame(
      id,
      name,
      this.#source(file),
      this.convertDebuggerLineToClient(from.line),
    );
    frame.column = this.convertDebuggerColumnToClient(from.column);
    frame.endLine = this.convertDebuggerLineToClient(to.line);
    frame.endColumn = this.convertDebuggerColumnToClient(to.column);
    return frame;
  }

  #source(file: SourceFile): Source {
    const name = file.path.split('/').at(-1) ?? file.path;
    if (!file.path.startsWith('std/')) return new Source(name, join(this.#known().root, file.path));
    return new Source(name, file.path, this.#sources.create(file));
  }

  protected override sourceRequest(
    response: DebugProtocol.SourceResponse,
    { sourceReference }: DebugProtocol.SourceArguments,
  ): void {
    const file: SourceFile | undefined = this.#sources.get(sourceReference);
    response.body = { content: file?.text ?? '', mimeType: 'text/x-rdp' };
    this.sendResponse(response);
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    { frameId }: DebugProtocol.ScopesArguments,
  ): void {
    const { trace, stops } = this.#known();
    const stop = stops[Math.floor(frameId / framesOfStop)];
    const scopes = stop === undefined ? [] : scopesAt(trace, stop, frameId % framesOfStop);
    response.body = {
      scopes: scopes.map(({ name, members }) => new Scope(name, this.#members.create(members), false)),
    };
    this.sendResponse(response);
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    { variablesReference }: DebugProtocol.VariablesArguments,
  ): void {
    const members = this.#members.get(variablesReference, []);
    response.body = {
      variables: members.map(({ name, value, members: inner }) => {
        const variable: DebugProtocol.Variable = new Variable(name, textOf(value), this.#reference(inner));
        if (/^[A-Za-z_]\w*$/.test(name)) variable.evaluateName = name;
        return variable;
      }),
    };
    this.sendResponse(response);
  }

  #reference(members: readonly ShownMember[]): number {
    return members.length === 0 ? 0 : this.#members.create(members);
  }

  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    { expression, frameId }: DebugProtocol.EvaluateArguments,
  ): void {
    const { trace, stops } = this.#known();
    const stop = stops[frameId === undefined ? this.#at : Math.floor(frameId / framesOfStop)];
    const found = stop && lookUp(trace, stop, expression);
    if (found === undefined) {
      this.sendErrorResponse(response, 2, 'this decision has not worked that out');
      return;
    }
    response.body = { result: textOf(found.value), variablesReference: this.#reference(found.members) };
    this.sendResponse(response);
  }
}

function textOf({ kind, text }: ShownValue): string {
  return kind === 'error' ? `no value: ${text}` : text;
}
