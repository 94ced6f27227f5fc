import { describe, expect, it } from 'vitest';
import { hookSpecOf, planHooks, releaseHooks, runsBefore } from '../../../src/objects/hooks.ts';
import { neededAccess } from '../../../src/objects/permissions/needed.ts';
import type { KubeObject } from '../../../src/ports.ts';

const hook = (name: string, annotations: Record<string, string>, kind = 'Job'): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, annotations },
});
const names = (hooks: { object: KubeObject }[]) => hooks.map(({ object }) => object.metadata.name);

describe('CH-1: hooks', () => {
  it('are read from the annotations of Helm and of Argo CD', () => {
    expect(hookSpecOf(hook('a', {}))).toBeUndefined();
    expect(hookSpecOf({ apiVersion: 'v1', kind: 'Job', metadata: { name: 'a' } })).toBeUndefined();
    expect(
      hookSpecOf(
        hook('a', {
          'helm.sh/hook': ' pre-install, pre-upgrade',
          'helm.sh/hook-weight': '-5',
          'helm.sh/hook-delete-policy': 'hook-succeeded,hook-failed',
        }),
      ),
    ).toEqual({
      events: ['pre-install', 'pre-upgrade'],
      weight: -5,
      deletePolicies: ['hook-succeeded', 'hook-failed'],
    });
    expect(
      hookSpecOf(
        hook('a', { 'argocd.argoproj.io/hook': 'PreSync', 'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded' }),
      ),
    ).toEqual({ events: ['PreSync'], weight: 0, deletePolicies: ['hook-succeeded'] });
    expect(hookSpecOf(hook('a', { 'argocd.argoproj.io/hook': 'Sync' }))).toBeUndefined();
    expect(hookSpecOf(hook('a', { 'helm.sh/hook': 'constructor' }))?.deletePolicies).toEqual(['before-hook-creation']);
  });

  it('run by weight, configuration before what uses it, then by name', () => {
    const pre = { 'helm.sh/hook': 'pre-install' };
    const plan = planHooks(
      [
        hook('b', pre),
        hook('a', pre),
        hook('z', pre, 'ConfigMap'),
        hook('last', { ...pre, 'helm.sh/hook-weight': '1' }),
      ],
      'install',
    );
    expect(names(plan.pre)).toEqual(['z', 'a', 'b', 'last']);
  });

  it('run with an install, an upgrade or both; the others are named with the reason', () => {
    const all = [
      hook('both', { 'helm.sh/hook': 'pre-install,pre-upgrade' }),
      hook('install', { 'helm.sh/hook': 'pre-install' }),
      hook('sync', { 'argocd.argoproj.io/hook': 'PostSync' }),
      hook('test', { 'helm.sh/hook': 'test' }),
      hook('back', { 'helm.sh/hook': 'pre-rollback' }),
      hook('skip', { 'argocd.argoproj.io/hook': 'Skip' }),
      hook('none', { 'helm.sh/hook': 'toString' }),
    ];
    const install = planHooks(all, 'install');
    const upgrade = planHooks(all, 'upgrade');
    expect([names(install.pre), names(install.post)]).toEqual([['both', 'install'], ['sync']]);
    expect([names(upgrade.pre), names(upgrade.post)]).toEqual([['both'], ['sync']]);
    expect(upgrade.left.map(({ hook: { object }, reason }) => `${object.metadata.name}: ${reason}`)).toEqual([
      'install: this is an upgrade',
      'test: Slipway runs no tests of charts',
      'back: Slipway runs hooks of an install and an upgrade only',
      'skip: its annotations skip it',
      'none: Slipway runs hooks of an install and an upgrade only',
    ]);
    expect(releaseHooks(upgrade)).toEqual(releaseHooks(install));
    expect(runsBefore(upgrade).map(({ metadata }) => metadata.name)).toEqual(['both', 'install']);
  });

  it('that are Pods need the permission to delete pods, before anything is written', () => {
    const verbs = (removesPods: boolean) =>
      neededAccess([], [], 'ns', false, removesPods).flatMap(({ verb, resource }) =>
        resource === 'pods' ? [verb] : [],
      );
    expect([verbs(false), verbs(true)]).toEqual([[], ['delete']]);
  });
});
