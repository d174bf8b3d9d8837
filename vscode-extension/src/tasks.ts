// Tasks: `rdpc` on the open folders, with problems read from what it prints.

import {
  type ExtensionContext,
  ProcessExecution,
  Task,
  type TaskDefinition,
  TaskGroup,
  tasks,
  TaskScope,
  workspace,
  type WorkspaceFolder,
} from 'vscode';
import type { Command } from './command.ts';

const verbs = ['check', 'test', 'compile'] as const;

/** Offers a task for each verb and folder, and carries out those of tasks.json. */
export function registerTasks(context: ExtensionContext, command: () => Command): void {
  context.subscriptions.push(
    tasks.registerTaskProvider('rdp', {
      provideTasks: () =>
        (workspace.workspaceFolders ?? []).flatMap((folder) =>
          verbs.map((verb) => taskOf({ definition: { type: 'rdp', verb }, scope: folder, command: command() })),
        ),
      resolveTask: ({ definition, scope }) =>
        taskOf({ definition, scope: scope ?? TaskScope.Workspace, command: command() }),
    }),
  );
}

function taskOf({
  definition,
  scope,
  command,
}: {
  readonly definition: TaskDefinition;
  readonly scope: WorkspaceFolder | TaskScope;
  readonly command: Command;
}): Task {
  const verb = String(definition['verb']);
  const more = Array.isArray(definition['arguments']) ? definition['arguments'].map(String) : [];
  const path = typeof definition['path'] === 'string' ? definition['path'] : '.';
  const output = verb === 'compile' && !more.includes('-o') ? ['-o', 'dist'] : [];
  const execution = new ProcessExecution(command.program, [...command.words, verb, path, ...output, ...more], {
    env: command.environment,
  });
  const task = new Task(definition, scope, verb, 'rdp', execution, '$rdp');
  task.group = verb === 'test' ? TaskGroup.Test : TaskGroup.Build;
  return task;
}
